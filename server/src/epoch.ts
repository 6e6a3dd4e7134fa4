/**
 * Whether the database is the one that this server left (sync.md, section 8, "Restore"). Devices know by its epoch what they
 * may go on from; a copy that was put back has the epoch of what came after it, and must get another.
 */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writer } from './apply/writer.ts';
import type { Database } from './db/open.ts';
import { type Head, headOf } from './db/pull.ts';
import type { Log } from './log.ts';

type Remembered = Pick<Head, 'epoch' | 'ver'>;

/** Compares the database with what the data folder remembers of it, gives it a new epoch where it is another, and remembers. */
export async function openEpoch(
  { db, writer }: { readonly db: Database; readonly writer: Pick<Writer, 'drawEpoch'> },
  dataFolder: string,
  log: Log,
): Promise<{ remember(): Promise<void> }> {
  const file = join(dataFolder, 'epoch');
  let written = '';
  /** Never throws: what it wrote before is still true. */
  const remember = async (): Promise<void> => {
    try {
      const [head] = await db.look(headOf(db));
      if (head === undefined) return;
      const text = JSON.stringify({ epoch: head.epoch, ver: head.ver });
      if (text === written) return;
      // Whole or not at all, also where the machine stops in the middle.
      writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
      written = text;
    } catch (error) {
      log.warn('what the database has come to was not written down', { file, error });
    }
  };
  const [head] = await db.look(headOf(db));
  const before = rememberedIn(file);
  if (head !== undefined && before !== null && isAnother(before, head, db.dialect)) {
    await writer.drawEpoch();
    log.warn('the database is not the one that this server left: devices begin anew', {
      left: before,
      found: { epoch: head.epoch, ver: head.ver },
    });
  }
  await remember();
  return { remember };
}

/**
 * It is behind what is remembered of it; or, where nobody but this server writes it, it is of another epoch. A process beside
 * this one on Postgres may have drawn that one.
 */
export function isAnother(
  before: Remembered,
  { epoch, ver }: Remembered,
  dialect: Database['dialect'],
): boolean {
  if (before.epoch !== epoch) return dialect === 'sqlite';
  return ver < before.ver;
}

/** null = nothing, or nothing that can be read. */
function rememberedIn(file: string): Remembered | null {
  try {
    const { epoch, ver } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Remembered>;
    return typeof epoch === 'string' && typeof ver === 'number' ? { epoch, ver } : null;
  } catch {
    return null;
  }
}
