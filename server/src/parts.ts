/** What stands behind the doors: database, writer, sign-in, directory, news. The house serves it; the command line borrows it. */

import { openWriter } from './apply/writer.ts';
import { openAuth } from './auth/auth.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { openDirectoryCache } from './db/directory.ts';
import { openDatabase, type OpenOptions } from './db/open.ts';
import { openDirectoryDoor } from './directory-door.ts';
import type { Log } from './log.ts';
import { openNews } from './news.ts';

export type Parts = Awaited<ReturnType<typeof openParts>>;

export type Outside = { readonly config: Config; readonly clock: Clock; readonly log: Log };

/** What stands behind the doors, without one open: the command line works with these under the lock. */
export async function openParts({ config, clock, log }: Outside, options?: OpenOptions) {
  const db = await openDatabase(config.databaseUrl, options);
  if (db.migrated.length > 0) log.info('the database was migrated', { migrations: db.migrated });
  const directory = openDirectoryCache(db);
  const writer = openWriter({ db, directory, clock, log });
  const auth = openAuth(db, config, log);
  const { publicUrl } = config;
  const { databaseUrl } = config;
  const news = openNews({ db, databaseUrl, writer, auth, clock, log });
  const door = openDirectoryDoor({ db, directory, writer, auth, clock, log, publicUrl });
  return {
    db,
    directory,
    writer,
    auth,
    news,
    door,
    /** Writes what waits, then lets go of the database. */
    async close() {
      await writer.close();
      await news.close();
      await db.close();
    },
  };
}
