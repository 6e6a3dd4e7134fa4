import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import pg from 'pg';

/** A ticket as it is stored, reached past the writer, as a fault of the disk or a hand at the database would. */
export type StoredTicket = {
  /** The stored fold. */
  state(): Promise<string>;
  setState(state: string): Promise<void>;
  /** Lets it say that these rules folded it. */
  setFold(version: number): Promise<void>;
  /** Lets it say that its log is one event shorter than it is. */
  shorten(): Promise<void>;
  /** Puts what is no JSON in the place of what its first event says. */
  spoilFirstEvent(): Promise<void>;
};

export function storedTicket(databaseUrl: URL, id: string): StoredTicket {
  const run = databaseUrl.protocol === 'file:' ? onSqlite(databaseUrl) : onPostgres(databaseUrl);
  const one = async (sql: string, ...values: string[]): Promise<string> => {
    const [row, ...more] = await run(sql, [id, ...values]);
    if (row === undefined || more.length > 0) throw new Error(`not one row of ticket ${id}`);
    return row.found;
  };
  return {
    state: () => one('select state as found from ticket where id = $1'),
    async setState(state) {
      await one('update ticket set state = $2 where id = $1 returning state as found', state);
    },
    async setFold(version) {
      const sql = 'update ticket set fold_version = $2 where id = $1 returning state as found';
      await one(sql, String(version));
    },
    async shorten() {
      await one('update ticket set seq = seq - 1 where id = $1 returning state as found');
    },
    async spoilFirstEvent() {
      const sql = `update event set args = '{' where ticket = $1 and seq = 1 returning args as found`;
      await one(sql);
    },
  };
}

type Run = (sql: string, values: readonly string[]) => Promise<readonly { found: string }[]>;

function onSqlite(url: URL): Run {
  return async (sql, values) => {
    const db = new Sqlite(fileURLToPath(url), { timeout: 5000 });
    try {
      const named = Object.fromEntries(values.map((value, n) => [String(n + 1), value]));
      return db.prepare<[object], { found: string }>(sql).all(named);
    } finally {
      db.close();
    }
  };
}

function onPostgres(url: URL): Run {
  return async (sql, values) => {
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query<{ found: string }>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };
}
