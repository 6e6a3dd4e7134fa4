/** Where the bytes of pictures lie. What is not whole never stands where whole ones do: it is made elsewhere and moved. */

import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freeAt, leastFree } from '../free-room.ts';

/** Each a folder of files that are called by their ids. */
export type Folder = {
  readonly root: string;
  /** Uploads that have not come to their end, as tus keeps them. */
  readonly incoming: string;
  /** What is being made. */
  readonly making: string;
  /** As they came: of the hash that was declared. */
  readonly kept: string;
  /** As they are shown: encoded anew. One that is kept is here too. */
  readonly shown: string;
};

export async function openFolder(root: string): Promise<Folder> {
  const folder = {
    root,
    incoming: join(root, 'incoming'),
    making: join(root, 'making'),
    kept: join(root, 'kept'),
    shown: join(root, 'shown'),
  };
  for (const path of Object.values(folder)) await mkdir(path, { recursive: true, mode: 0o700 });
  return folder;
}

/** Left to the rest of the server, whose database may lie on the same disk: pictures wait before it stops for want of room. */
const leftFree = 4 * leastFree;

/** Whether so much more may be taken: as it comes, as a copy and as it is shown. */
export async function hasRoom({ root }: Folder, bytes: number): Promise<boolean> {
  return (await freeAt(root)) > leftFree + 3 * bytes;
}

/** The ids of uploads that have begun and not come to their end. */
export async function beginnings({ incoming }: Folder): Promise<readonly string[]> {
  return (await readdir(incoming)).filter((name) => !name.endsWith('.json'));
}

/** Moves a file that was made to where it belongs, in the place of one that is there; whole on the disk, or not at all. */
export async function moveWhole(made: string, folder: string, id: string): Promise<void> {
  await flush(made, 'r+');
  await rename(made, join(folder, id));
  await flush(folder, 'r');
}

async function flush(path: string, how: 'r' | 'r+'): Promise<void> {
  const file = await open(path, how);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Bytes of a file; null = there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether there is something to be shown of it. */
export async function isShown(
  { shown }: Folder,
  { id }: { readonly id: string },
): Promise<boolean> {
  return (await sizeOf(join(shown, id))) !== null;
}

/** Whether it says that there is no such file; `path`: this very one. */
export function isMissing(error: unknown, path?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') return false;
  return path === undefined || ('path' in error && error.path === path);
}

/** Removes what was begun and not touched since this moment. Answers how many files that were. */
export async function sweep({ incoming, making }: Folder, before: number): Promise<number> {
  let count = 0;
  for (const folder of [incoming, making]) {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      // Somebody may have come to its end meanwhile.
      const touched = await stat(path).catch(() => null);
      if (touched === null || touched.mtimeMs >= before) continue;
      await rm(path, { force: true });
      count += 1;
    }
  }
  return count;
}
