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
  /^(08|53|57P|58)/, // connection, resources, operator intervention, the server's own disk
  /^25006$/, // read-only: it failed over, and this one is not the first any more
  /^(E[A-Z]+|EAI_[A-Z]+)$/, // the operating system: network, names, files
  /^ERR_(STREAM|SOCKET)/, // the connection, as Node tells it
];
const conflict = [/^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE)$/, /^23505$/];

/** Postgres' queue of what was called out is full: it says so by the code of things that are too large for good. */
const calledOutInVain = { code: '54000', routine: 'PreCommit_Notify' } as const;

/** What may go through for fewer at once: a statement or a transaction that took too long, or was too large. */
const tooMuch = /^(57014|25P03|53200|54\w{3})$/;

/** Whether half of it may go through where all of it did not. */
export function mayBeTooMuch(error: unknown): boolean {
  return codesOf(error).some((code) => tooMuch.test(code));
}

/** The connection is gone; whether the last statement ran is unknown. The driver's own error carries no code. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('the connection to the database was lost', { cause });
  }
}

/** Classifies whatever a database threw, also where a library wrapped it: the first cause that tells decides. */
export function troubleOf(error: unknown): Trouble {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ConnectionLost || isCalledOutInVain(at)) return 'transient';
  }
  for (const code of codesOf(error)) {
    if (transient.some((pattern) => pattern.test(code))) return 'transient';
    if (conflict.some((pattern) => pattern.test(code))) return 'conflict';
  }
  return 'defect';
}

function isCalledOutInVain(error: Error): boolean {
  const { code, routine } = error as Partial<Record<'code' | 'routine', unknown>>;
  return code === calledOutInVain.code && routine === calledOutInVain.routine;
}

/** The codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
  }
  return codes;
}
