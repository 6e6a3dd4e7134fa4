import { statfs } from 'node:fs/promises';

/** With less than this, bytes, the server asks to be left alone. */
export const leastFree = 64 * 1024 * 1024;

/** What may still be written on the disk of this folder, bytes. */
export async function freeAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
