import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseDatabaseUrl } from '../../config.ts';
import { openDirectoryCache } from '../../db/directory.ts';
import { openDatabase } from '../../db/open.ts';
import { takeLock } from '../../lock.ts';

/** Where a replay keeps its database: an empty one of somebody's, which stays, or a temporary one. */
export type Place = {
  readonly databaseUrl: URL;
  /** A folder of its own, beside the database, that goes with it; null = there is none. */
  readonly folder: string | null;
  /** Lets go of it; a temporary one is removed. */
  leave(): void;
};

/** @throws with a sentence for whoever asked, when it cannot be used. A database that holds anything is never touched. */
export async function openPlace(database: string | null): Promise<Place> {
  if (database === null) return temporary();
  const databaseUrl = parseDatabaseUrl(database, '.');
  if (databaseUrl === null) throw new Error('--database must begin with postgres:// or file:');
  const isFile = databaseUrl.protocol === 'file:';
  const lock = isFile
    ? takeLock({ data: dirname(fileURLToPath(databaseUrl)), databaseUrl })
    : { release: () => undefined };
  if (lock === null)
    throw new Error('Another Rung works on this database; a replay needs its own.');
  try {
    if (!(await isEmpty(databaseUrl))) {
      throw new Error('This database is not empty: a replay needs one without anything in it.');
    }
    return { databaseUrl, folder: null, leave: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function temporary(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'rung-replay-'));
  const leave = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', leave);
  return {
    databaseUrl: pathToFileURL(join(folder, 'rung.db')),
    folder,
    leave() {
      process.off('exit', leave);
      leave();
    },
  };
}

/** Whether nothing was ever written there: without a directory there is nobody, and no ticket. */
async function isEmpty(databaseUrl: URL): Promise<boolean> {
  const db = await openDatabase(databaseUrl, { isGuest: true });
  try {
    return (await openDirectoryCache(db).fresh()).version === 0;
  } finally {
    await db.close();
  }
}
