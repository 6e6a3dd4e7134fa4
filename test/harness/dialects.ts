import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freshDatabase } from './fresh-database.ts';

/** Every story about the database runs on both: `describe.each(dialects)`. */
export const dialects = ['sqlite', 'postgres'] as const;
export type Dialect = (typeof dialects)[number];

export type Place = {
  /** For DATABASE_URL: an empty database. */
  readonly databaseUrl: URL;
  /** For RUNG_DATA: a folder of its own. */
  readonly data: string;
  remove(): Promise<void>;
};

/** Room for a server: an empty data folder and an empty database. */
export async function freshPlace(dialect: Dialect): Promise<Place> {
  const data = await mkdtemp(join(tmpdir(), 'rung-'));
  const removeData = () => rm(data, { recursive: true, force: true });
  if (dialect === 'sqlite') {
    return { databaseUrl: pathToFileURL(join(data, 'rung.db')), data, remove: removeData };
  }
  const database = await freshDatabase();
  return {
    databaseUrl: new URL(database.url),
    data,
    async remove() {
      await database.drop();
      await removeData();
    },
  };
}
