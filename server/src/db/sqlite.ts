import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { type CompiledQuery, Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import { migrate, SomethingElse } from './migrate.ts';
import type { Database, OpenOptions, Transaction, Writer } from './open.ts';
import type { Schema } from './schema.ts';
import type { AuthSchema } from './schema-auth.ts';
import { readOnly, statementsOnly } from './faces.ts';

/**
 * Opens (and makes) the SQLite file: one writable connection, shared by the writer loop and better-auth, and one
 * read-only beside it. A second writable one would freeze the process for the whole busy timeout.
 */
export async function openSqlite(url: URL, options: OpenOptions): Promise<Database> {
  const file = fileURLToPath(url);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });

  const writable = new Sqlite(file, { timeout: 5000 });
  if (options.isGuest === true) assertOurs(writable);
  for (const [pragma, value] of settings) writable.pragma(`${pragma} = ${value}`);
  assertSettings(writable);
  const migrated = await migrate(
    new Kysely({ dialect: new TransactionalDialect(withStatementCache(writable)) }),
    'sqlite',
    options,
  );

  const reading = new Sqlite(file, { readonly: true, timeout: 5000 });
  reading.pragma('trusted_schema = 0');

  const standing = new Sqlite(file, { readonly: true, timeout: 5000 });
  standing.pragma('trusted_schema = 0');

  const cache = withStatementCache(writable);
  return {
    dialect: 'sqlite',
    read: readOnly({ dialect: new TransactionalDialect(withStatementCache(reading)) }),
    auth: new Kysely<AuthSchema>({
      dialect: new TransactionalDialect(withStatementCache(writable)),
    }),
    build: new Kysely<Schema>({
      dialect: statementsOnly(new TransactionalDialect(withStatementCache(writable))),
    }),
    async look<Row>({ sql, parameters }: CompiledQuery<Row>) {
      const statement = cache.prepare(sql);
      if (!statement.readonly) throw new Error(`defect: this does not look, it writes: ${sql}`);
      return statement.all(...parameters) as Row[];
    },
    snapshot: snapshots(standing),
    writer: sqliteWriter(cache, writable),
    migrated,
    tidy() {
      writable.pragma('wal_checkpoint(PASSIVE)');
      writable.pragma('optimize');
    },
    async close() {
      reading.close();
      standing.close();
      writable.pragma('wal_checkpoint(TRUNCATE)');
      writable.close();
    },
  };
}

/** FULL: an acknowledged write survives a power cut. The long autocheckpoint keeps checkpoints out of commits' way. */
const settings = [
  ['journal_mode', 'wal'],
  ['synchronous', 'full'],
  ['foreign_keys', 1],
  ['trusted_schema', 0],
  ['wal_autocheckpoint', 20_000],
  ['cache_size', -65_536],
] as const;

/** Before anything of it is changed, the way it keeps its journal included. */
function assertOurs(db: Sqlite.Database): void {
  const tables = db.prepare(`select name from sqlite_master where type = 'table'`).pluck().all();
  if (tables.length > 0 && !tables.includes('kysely_migration')) {
    db.close();
    throw new SomethingElse();
  }
}

function assertSettings(db: Sqlite.Database): void {
  const now = {
    journal_mode: db.pragma('journal_mode', { simple: true }),
    synchronous: db.pragma('synchronous', { simple: true }),
    foreign_keys: db.pragma('foreign_keys', { simple: true }),
  };
  if (now.journal_mode !== 'wal' || now.synchronous !== 2 || now.foreign_keys !== 1) {
    throw new Error(`the SQLite file did not take its settings: ${JSON.stringify(now)}`);
  }
}

/** Kysely's own, but a migration is one transaction: SQLite can. */
class TransactionalDialect extends SqliteDialect {
  constructor(database: Pick<Sqlite.Database, 'prepare' | 'close'>) {
    super({ database: database as never });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdl();
  }
}

class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

type Prepares = Pick<Sqlite.Database, 'prepare' | 'close'>;

/** Preparing costs 29 µs, a cached statement 2: the SQL texts of one process are few, so all are kept up to a bound. */
function withStatementCache(db: Sqlite.Database): Prepares {
  const statements = new Map<string, Sqlite.Statement>();
  return {
    prepare: ((sql: string) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const made = db.prepare(sql);
      if (statements.size >= 4000) statements.clear();
      statements.set(sql, made);
      return made;
    }) as Sqlite.Database['prepare'],
    // Kysely would close the connection that others share.
    close: () => db,
  };
}

/** One connection, one snapshot at a time: it begins with its first query and ends with `work`. */
function snapshots(db: Sqlite.Database): Database['snapshot'] {
  const cache = withStatementCache(db);
  let turn: Promise<unknown> = Promise.resolve();
  const all: Transaction['all'] = async <Row>({ sql, parameters }: CompiledQuery<Row>) =>
    cache.prepare(sql).all(...parameters) as Row[];
  return (work) => {
    const answer = turn.then(async () => {
      db.exec('begin');
      try {
        return await work(all);
      } finally {
        db.exec('commit');
      }
    });
    turn = answer.catch(() => undefined);
    return answer;
  };
}

/**
 * Loads run before the transaction: the lock on the data folder makes this process the only writer, and its loop
 * runs one group at a time, so nothing can change between a load and the commit.
 */
function sqliteWriter(cache: Prepares, db: Sqlite.Database): Writer {
  const rows = (query: CompiledQuery): unknown[] => {
    const statement = cache.prepare(query.sql);
    const parameters = query.parameters as unknown[];
    if (statement.reader) return statement.all(...parameters);
    statement.run(...parameters);
    return [];
  };

  const commit = db.transaction((first: CompiledQuery, rest: readonly CompiledQuery[]): boolean => {
    if (rows(first).length === 0) return false;
    for (const query of rest) rows(query);
    return true;
  });

  const tx: Transaction = {
    async all<Row>(query: CompiledQuery<Row>) {
      return rows(query) as Row[];
    },
    commit: async (first, rest) => commit.immediate(first, rest),
  };
  return { transact: (work) => work(tx), run: (statement) => tx.all(statement) };
}
