import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freshPlace, type Place } from './dialects.ts';

/** A place with the same database and files in it; nobody may have the original open. */
export async function copyOf({ databaseUrl, data: from }: Place): Promise<Place> {
  if (databaseUrl.protocol === 'file:') {
    const place = await freshPlace('sqlite');
    await copyFile(fileURLToPath(databaseUrl), fileURLToPath(place.databaseUrl));
    await copyFiles(from, place.data);
    return place;
  }
  const name = `${nameOf(databaseUrl)}_${randomBytes(4).toString('hex')}`;
  const url = new URL(`/${name}`, databaseUrl);
  await administrate(url, `create database ${name} template ${nameOf(databaseUrl)}`);
  const { data, remove } = await freshPlace('sqlite');
  await copyFiles(from, data);
  return {
    databaseUrl: url,
    data,
    async remove() {
      await administrate(url, `drop database ${name} with (force)`);
      await remove();
    },
  };
}

/** The folder of files goes with its database. */
async function copyFiles(from: string, to: string): Promise<void> {
  const [files, copied] = [join(from, 'files'), join(to, 'files')];
  if (existsSync(files)) await cp(files, copied, { recursive: true });
}

/** Resolves when nobody is at work in the database any more, also nobody whose process died. */
export async function deserted({ databaseUrl }: Place): Promise<void> {
  if (databaseUrl.protocol === 'file:') return;
  const others = `select 1 from pg_stat_activity where datname = '${nameOf(databaseUrl)}' limit 1`;
  while ((await administrate(databaseUrl, others)) > 0);
}

/** Answers how many rows the statement did. */
async function administrate(url: URL, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: new URL('/postgres', url).href });
  await client.connect();
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

function nameOf({ pathname }: URL): string {
  return pathname.slice(1);
}
