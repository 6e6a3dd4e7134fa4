import { statfs } from 'node:fs/promises';
import type { Instant } from '@rung/domain/base/time.ts';

const leastFree = 64 * 1024 * 1024;

/** Why this server must get no traffic now, each a sentence; empty = send it. Writes to the database to find out. */
export async function readiness(
  write: (now: Instant) => Promise<void>,
  now: Instant,
  dataFolder: string,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  try {
    await write(now);
  } catch {
    wrong.push('the database cannot be written');
  }
  const { bavail, bsize } = await statfs(dataFolder);
  if (bavail * bsize < leastFree) wrong.push('less than 64 MiB are free on the disk of RUNG_DATA');
  return wrong;
}
