import type { Socket } from 'node:net';
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrate } from './migrate.ts';
import type { Database, OpenOptions, Transaction, Writer } from './open.ts';
import type { Schema } from './schema.ts';
import type { AuthSchema } from './schema-auth.ts';
import { readOnly, statementsOnly } from './faces.ts';
import { ConnectionLost } from './trouble.ts';

/** Opens pools on a Postgres database: one that the server keeps read-only, one for sign-in, one connection for the writer. */
export async function openPostgres(url: URL, options: OpenOptions): Promise<Database> {
  const reading = pool(url, 10, settings.reading);
  const signIn = pool(url, 4, settings.signIn);
  const writing = pool(url, 1, settings.writing, { pipeline: true });
  const pools = [reading, signIn, writing];

  try {
    const migrated = await migrateFirst(url, options);
    await assertSettings(reading, settings.reading);
    await assertSettings(signIn, settings.signIn);
    await assertSettings(writing, settings.writing);
    return {
      dialect: 'postgres',
      read: readOnly({ dialect: new PostgresDialect({ pool: reading }) }),
      auth: new Kysely<AuthSchema>({ dialect: new PostgresDialect({ pool: signIn }) }),
      build: new Kysely<Schema>({
        dialect: statementsOnly(new PostgresDialect({ pool: writing })),
      }),
      look: async <Row>({ sql, parameters }: CompiledQuery<Row>) =>
        (await reading.query(sql, parameters as unknown[])).rows as Row[],
      snapshot: snapshots(reading),
      writer: postgresWriter(writing),
      migrated,
      tidy: () => undefined,
      close: () => end(pools),
    };
  } catch (error) {
    await end(pools);
    throw error;
  }
}

const settings = {
  reading: {
    default_transaction_read_only: 'on',
    statement_timeout: '15s',
    idle_in_transaction_session_timeout: '15s',
  },
  signIn: { statement_timeout: '15s', lock_timeout: '5s' },
  writing: {
    statement_timeout: '15s',
    lock_timeout: '5s',
    idle_in_transaction_session_timeout: '5s',
    synchronous_commit: 'on',
  },
} as const;

async function end(pools: readonly pg.Pool[]): Promise<void> {
  await Promise.all(pools.map((one) => one.end()));
}

/** A connection of its own, without the short timeouts: a migration may take its time. */
async function migrateFirst(url: URL, options: OpenOptions): Promise<readonly string[]> {
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool: pool(url, 2, {}) }) });
  try {
    return await migrate(db, 'postgres', options);
  } finally {
    await db.destroy();
  }
}

const bigint = 20;

/** The server ends a statement after 15 s; this is for a server that says nothing any more. */
const patience = 20_000;

function pool(
  url: URL,
  max: number,
  settings: Settings,
  more: { readonly pipeline?: boolean } = {},
): pg.Pool {
  // A client's own `options` in the address would replace ours; the last of two wins.
  const address = new URL(url);
  const theirs = address.searchParams.get('options') ?? '';
  address.searchParams.delete('options');
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const made = new Pool({
    connectionString: address.href,
    Client,
    max,
    connectionTimeoutMillis: 5000,
    query_timeout: patience,
    keepAlive: true,
    application_name: 'rung',
    ...more,
    options: [theirs, ...ours].join(' ').trim(),
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

type Settings = Readonly<Record<string, string>>;

/** A pooler between us and Postgres may drop what a connection asks for at its start. */
async function assertSettings(connections: pg.Pool, settings: Settings): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    const { rows } = await connections.query<Record<string, string>>(`show ${name}`);
    if (rows[0]?.[name] === value) continue;
    throw new Error(
      `Postgres did not take the setting ${name}=${value}: it says ${rows[0]?.[name]}`,
    );
  }
}

/** What the database says has a code; the connection's own end has none, and becomes `ConnectionLost`. */
class Client extends pg.Client {
  // The driver has many shapes of `query`; those that promise are the ones we use.
  override query = ((...args: Parameters<pg.Client['query']>) => {
    const answer: unknown = super.query(...args);
    return answer instanceof Promise ? answer.catch(lost) : answer;
  }) as pg.Client['query'];
}

class Pool extends pg.Pool {
  override connect = ((done?: never) =>
    done === undefined ? super.connect().catch(lost) : super.connect(done)) as pg.Pool['connect'];
}

function lost(error: unknown): never {
  const isTold = error instanceof Error && 'code' in error && typeof error.code === 'string';
  throw isTold || error instanceof TypeError ? error : new ConnectionLost(error);
}

function snapshots(connections: pg.Pool): Database['snapshot'] {
  return async (work) => {
    const client = await connections.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin isolation level repeatable read');
      const answer = await work(
        async <Row>({ sql, parameters }: CompiledQuery<Row>) =>
          (await client.query(sql, parameters as unknown[])).rows as Row[],
      );
      await client.query('commit');
      return answer;
    } catch (error) {
      if (error instanceof ConnectionLost) broken = error;
      else await client.query('rollback').catch((cause: Error) => (broken = cause));
      throw error;
    } finally {
      client.release(broken);
    }
  };
}

function postgresWriter(connections: pg.Pool): Writer {
  return {
    async run<Row>({ sql, parameters }: CompiledQuery<Row>) {
      return (await connections.query(sql, parameters as unknown[])).rows as Row[];
    },
    async transact(work) {
      const client = await connections.connect();
      let broken: Error | undefined;
      try {
        // It leaves together with the first query; whether it was done is asked before anything is written.
        const begun = client.query('begin');
        begun.catch(() => undefined);
        const { tx, isCommitted } = transactionOn(client, begun);
        const answer = await work(tx);
        await begun;
        if (!isCommitted()) await client.query('rollback');
        return answer;
      } catch (error) {
        if (error instanceof ConnectionLost) broken = error;
        else await client.query('rollback').catch((cause: Error) => (broken = cause));
        throw error;
      } finally {
        client.release(broken);
      }
    },
  };
}

function transactionOn(
  client: pg.PoolClient,
  begun: Promise<unknown>,
): { tx: Transaction; isCommitted: () => boolean } {
  let committed = false;
  const rows = async <Row>(query: CompiledQuery<Row>): Promise<Row[]> =>
    (await client.query(query.sql, query.parameters as unknown[])).rows as Row[];

  const tx: Transaction = {
    all: rows,
    async commit(first, rest) {
      await begun;
      // One flight: nobody waits for this process between its lock on the head and its commit.
      const socket = streamOf(client);
      socket?.cork();
      const flight = [first, ...rest].map(rows);
      const end = client.query('commit');
      socket?.uncork();
      const [bumped, ...written] = await Promise.allSettled([...flight, end]);
      if (bumped?.status === 'rejected' && isDivisionByZero(bumped.reason)) return false;
      for (const one of [bumped, ...written]) if (one?.status === 'rejected') throw one.reason;
      committed = true;
      return true;
    },
  };
  return { tx, isCommitted: () => committed };
}

/** The driver's own socket; it offers no other way to say that several queries belong together. */
function streamOf(client: pg.PoolClient): Socket | undefined {
  return (client as unknown as { connection?: { stream?: Socket } }).connection?.stream;
}

function isDivisionByZero(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '22012';
}
