import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrate } from './migrate.ts';
import type { Database, Transaction, Writer } from './open.ts';
import type { AuthSchema, Schema } from './schema.ts';
import { readOnly, statementsOnly } from './faces.ts';
import { ConnectionLost } from './trouble.ts';

/** Opens pools on a Postgres database: one that the server keeps read-only, one for sign-in, one connection for the writer. */
export async function openPostgres(url: URL): Promise<Database> {
  const reading = pool(url, 10, { default_transaction_read_only: 'on', statement_timeout: '15s' });
  const signIn = pool(url, 4, { statement_timeout: '15s', lock_timeout: '5s' });
  const writing = pool(url, 1, {
    statement_timeout: '15s',
    lock_timeout: '5s',
    idle_in_transaction_session_timeout: '5s',
    synchronous_commit: 'on',
  });
  const pools = [reading, signIn, writing];

  try {
    const migrated = await migrateFirst(url);
    return {
      dialect: 'postgres',
      read: readOnly({ dialect: new PostgresDialect({ pool: reading }) }),
      auth: new Kysely<AuthSchema>({ dialect: new PostgresDialect({ pool: signIn }) }),
      build: new Kysely<Schema>({
        dialect: statementsOnly(new PostgresDialect({ pool: writing })),
      }),
      writer: postgresWriter(writing),
      migrated,
      folder: null,
      close: () => end(pools),
    };
  } catch (error) {
    await end(pools);
    throw error;
  }
}

async function end(pools: readonly pg.Pool[]): Promise<void> {
  await Promise.all(pools.map((one) => one.end()));
}

/** A connection of its own, without the short timeouts: a migration may take its time. */
async function migrateFirst(url: URL): Promise<readonly string[]> {
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool: pool(url, 2, {}) }) });
  try {
    return await migrate(db, 'postgres');
  } finally {
    await db.destroy();
  }
}

const bigint = 20;

function pool(url: URL, max: number, settings: Record<string, string>): pg.Pool {
  const made = new pg.Pool({
    connectionString: url.href,
    max,
    connectionTimeoutMillis: 5000,
    application_name: 'rung',
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    // Moments and versions are bigint and far below 2^53.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === bigint ? Number : pg.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  });
  // A connection that breaks, idle or in use, is replaced at its next use, and whoever used it is told by his query.
  // Without listeners the broken socket would end the process.
  made.on('error', () => undefined);
  made.on('connect', (client) => client.on('error', () => undefined));
  return made;
}

function postgresWriter(connections: pg.Pool): Writer {
  return {
    async transact(work) {
      const client = await connections.connect().catch(lost);
      let broken: Error | undefined;
      try {
        await client.query('begin').catch(lost);
        const { tx, isCommitted } = transactionOn(client);
        const answer = await work(tx);
        if (!isCommitted()) await client.query('rollback');
        return answer;
      } catch (error) {
        await client.query('rollback').catch((cause: Error) => {
          broken = cause;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
  };
}

function transactionOn(client: pg.PoolClient): { tx: Transaction; isCommitted: () => boolean } {
  let committed = false;
  const rows = async <Row>(query: CompiledQuery<Row>): Promise<Row[]> =>
    (await client.query(query.sql, query.parameters as unknown[]).catch(lost)).rows as Row[];

  const tx: Transaction = {
    all: rows,
    async commit(first, rest) {
      const [row] = await rows(first);
      if (row === undefined) return null;
      for (const query of rest(row)) await rows(query);
      await client.query('commit').catch(lost);
      committed = true;
      return row;
    },
  };
  return { tx, isCommitted: () => committed };
}

/** What the database itself says has a code; whatever else goes wrong at the driver is the connection's end. */
function lost(error: unknown): never {
  const isTold = error instanceof Error && 'code' in error && typeof error.code === 'string';
  throw isTold || error instanceof TypeError ? error : new ConnectionLost(error);
}
