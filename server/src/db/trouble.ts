/**
 * What a failed statement means (sync.md, section 4, "Transient trouble"), by code and never by message.
 *
 * `transient`: the world (busy, deadlock, disk full, database down); nothing was written, trying again may work.
 * `conflict`: a key is taken; somebody else wrote the same, a fresh load will show it.
 * `defect`: anything else; trying again will not help.
 */
export type Trouble = 'transient' | 'conflict' | 'defect';

const transient = [
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|NOMEM|READONLY)/,
  /^(40001|40P01|55P03|57014|25P03)$/, // serialization, deadlock, lock timeout, statement timeout, idle in transaction
  /^(08|53|57P)/, // connection, resources, operator intervention
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|ENOSPC)/,
];
const conflict = [/^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE)$/, /^23505$/];

/** The connection is gone; whether the last statement ran is unknown. The driver's own error carries no code. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('the connection to the database was lost', { cause });
  }
}

/** Classifies whatever a database threw, also where a library wrapped it: the first cause that tells decides. */
export function troubleOf(error: unknown): Trouble {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ConnectionLost) return 'transient';
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    if (transient.some((pattern) => pattern.test(code))) return 'transient';
    if (conflict.some((pattern) => pattern.test(code))) return 'conflict';
  }
  return 'defect';
}
