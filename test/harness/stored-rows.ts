import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import pg from 'pg';

type Row = Readonly<Record<string, unknown>>;

/** Asks a database past Rung, whatever is in it. */
export async function ask(databaseUrl: URL, statement: string): Promise<readonly Row[]> {
  if (databaseUrl.protocol === 'file:') {
    const db = new Sqlite(fileURLToPath(databaseUrl), { timeout: 5000 });
    try {
      const prepared = db.prepare<[], Row>(statement);
      if (prepared.reader) return prepared.all();
      prepared.run();
      return [];
    } finally {
      db.close();
    }
  }
  const client = new pg.Client({ connectionString: databaseUrl.href });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table, as text, in an order of its own. */
export async function storedRows(
  databaseUrl: URL,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await ask(
    databaseUrl,
    databaseUrl.protocol === 'file:'
      ? `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
      : `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  const stored: Record<string, readonly string[]> = {};
  for (const name of tables.map((table) => String(table['name'])).toSorted()) {
    const rows = await ask(databaseUrl, `select * from "${name}"`);
    stored[name] = rows.map((row) => JSON.stringify(row)).toSorted();
  }
  return stored;
}
