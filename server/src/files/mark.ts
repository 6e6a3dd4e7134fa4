/**
 * Whether the folder of files is the one of this database. Processes that share a Postgres share the folder: else a picture
 * that came to one of them could not be shown by the others, and nobody would know why.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Writer } from '../apply/writer.ts';
import { folderMark } from '../db/files.ts';
import type { Database } from '../db/open.ts';
import type { Log } from '../log.ts';
import { CannotStart } from '../start-fault.ts';
import { isMissing } from './folder.ts';

type Parts = { readonly db: Database; readonly writer: Pick<Writer, 'keepFolderMark'> };

/**
 * The first process marks folder and database alike; who comes later compares. With one process alone, on SQLite, another
 * folder is only told. @throws CannotStart
 */
export async function checkMark({ db, writer }: Parts, root: string, log: Log): Promise<void> {
  const path = join(root, 'mark');
  const before = (await db.look(folderMark(db)))[0]?.mark ?? null;
  // The folder first: who dies in between finds it marked, and the database takes that mark.
  const known = before ?? (await writer.keepFolderMark(await markOf(path)));
  const found = await read(path);
  if (found === known) return;
  const sentence = faultOf(root, path, known, found);
  if (db.dialect === 'postgres') throw new CannotStart(sentence);
  log.warn(sentence);
}

/** What the folder is marked with; it gets a mark where it has none. */
async function markOf(path: string): Promise<string> {
  const mark = randomUUID();
  try {
    await writeFile(path, mark, { flag: 'wx', mode: 0o600, flush: true });
    return mark;
  } catch (error) {
    const found = await read(path);
    if (found === null) throw error;
    return found;
  }
}

/** null = there is none. */
async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim() || null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function faultOf(root: string, path: string, known: string, found: string | null): string {
  const what = found === null ? 'is not the folder' : 'is another folder than the one';
  return (
    `RUNG_FILES: ${root} ${what} where the pictures of this database lie. All processes of one database need the same ` +
    `folder: mount it there, or put it back. If it is lost, write ${known} into ${path} and start again; its pictures stay lost`
  );
}
