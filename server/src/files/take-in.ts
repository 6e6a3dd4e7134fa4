/**
 * The end of an upload (sync.md, section 7). Each step may be the last of a process: what it left is found whole or not at
 * all, and whoever asks for the file next does the rest.
 */

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRow } from '../db/files.ts';
import { FileFault } from './fault.ts';
import { type Folder, isMissing, isShown, moveWhole, sizeOf } from './folder.ts';
import { encodedAnew } from './picture.ts';

/** Makes of what came what is kept and what is shown. @throws FileFault; then what came is thrown away. */
export async function takeIn(folder: Folder, file: FileRow): Promise<void> {
  try {
    if (!(await isTakenIn(folder, file))) await make(folder, file);
  } catch (error) {
    // Another process may have been quicker, and have cleared up.
    const isDone = error instanceof FileFault && (await isTakenIn(folder, file));
    if (error instanceof FileFault && error.kind !== 'gone') await forget(folder, file.id);
    if (!isDone) throw error;
  }
  await forget(folder, file.id);
}

/** Whether all of it came, whatever it is. */
export async function hasCome(folder: Folder, { id, size }: FileRow): Promise<boolean> {
  if ((await sizeOf(join(folder.incoming, id))) === size) return true;
  return (await sizeOf(join(folder.kept, id))) !== null;
}

async function isTakenIn(folder: Folder, { id, hash }: FileRow): Promise<boolean> {
  const original = join(folder.kept, id);
  if ((await sizeOf(original)) === null) return false;
  if ((await hashOf(original, null)) === hash) return isShown(folder, { id });
  // Left by the life of a database that was put back, and of another picture.
  await rm(original, { force: true });
  return false;
}

/** What is shown comes first, so that what is kept is shown too. */
async function make(folder: Folder, { id, hash, size, type }: FileRow): Promise<void> {
  const name = join(folder.making, `${id}.${randomUUID()}`);
  const [copy, encoded] = [`${name}.kept`, `${name}.shown`];
  const came = join(folder.incoming, id);
  const from = (await sizeOf(came)) === size ? came : join(folder.kept, id);
  try {
    // Whoever still writes to what came must not change what was looked at.
    const found = await hashOf(from, copy);
    if (found !== hash) throw new FileFault('hash-differs');
    await writeFile(encoded, await encodedAnew(copy, type), { flag: 'wx', mode: 0o600 });
    await moveWhole(encoded, folder.shown, id);
    await moveWhole(copy, folder.kept, id);
  } finally {
    await Promise.all([copy, encoded].map((path) => rm(path, { force: true })));
  }
}

/** SHA-256 of a file, hexadecimal; what it is of is written to `copy`. @throws FileFault where it is gone */
async function hashOf(path: string, copy: string | null): Promise<string> {
  const hash = createHash('sha256');
  const to = copy === null ? null : await open(copy, 'wx', 0o600);
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await to?.writeFile(chunk);
    }
  } catch (error) {
    if (isMissing(error, path)) throw new FileFault('gone', error);
    throw error;
  } finally {
    await to?.close();
  }
  return hash.digest('hex');
}

/** The upload is over, one way or the other. */
async function forget({ incoming }: Folder, id: string): Promise<void> {
  // Its bytes last: without what is known of it an upload is not there.
  for (const name of [`${id}.json`, id]) await rm(join(incoming, name), { force: true });
}
