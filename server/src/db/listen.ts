/** What the processes on one Postgres call out to each other; notice.ts says what a commit calls out. */

import { type CompiledQuery, sql } from 'kysely';
import pg from 'pg';
import { channel } from './notice.ts';
import type { Database } from './open.ts';

/** Calls out by itself, of what no commit of the writer loop did. */
export async function callOut({ auth }: Pick<Database, 'auth'>, text: string): Promise<void> {
  const call: CompiledQuery = sql`select pg_notify(${channel}, ${text})`.compile(auth);
  await auth.executeQuery(call);
}

export type Listening = { close(): Promise<void> };

type Ears = {
  readonly heard: (text: string) => void;
  /** It listens, for the first time or again: what was called out before went unheard. */
  readonly connected: () => void;
  /** It does not listen any more, and tries again in a moment. */
  readonly lost: (error: unknown) => void;
};

/** A server that went without a word is found out by a question, ms. */
const askEvery = 30_000;
const patience = 10_000;
/** So long it may take to say goodbye, ms. */
const lastWord = 1000;
const firstWait = 250;
const longestWait = 10_000;

/**
 * Listens on a connection of its own, and does not stop trying. Resolves when the first try has ended, one way or the
 * other. Its connection must be a session: a pooler that shares it by transactions lets nothing through.
 */
export async function openListening(
  url: URL,
  { heard, connected, lost }: Ears,
): Promise<Listening> {
  // A reader's or writer's own settings in the address are not for this one.
  const address = new URL(url);
  address.searchParams.delete('options');
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let isClosed = false;

  async function connect(): Promise<void> {
    const mine = new pg.Client({
      connectionString: address.href,
      application_name: 'rung listen',
      connectionTimeoutMillis: 5000,
      query_timeout: patience,
      keepAlive: true,
    });
    client = mine;
    mine.on('error', (error) => end(mine, error));
    mine.on('end', () => end(mine, new Error('the connection ended')));
    mine.on('notification', ({ payload }) => heard(payload ?? ''));
    try {
      await mine.connect();
      await mine.query(`listen ${channel}`);
      if (client !== mine) return;
      failures = 0;
      timer = setInterval(() => void mine.query('').catch((error) => end(mine, error)), askEvery);
      connected();
    } catch (error) {
      end(mine, error);
    }
  }

  /** The first word of a connection's end counts; what comes after it is the same end. */
  function end(mine: pg.Client, error: unknown): void {
    if (client !== mine) return;
    client = null;
    clearTimeout(timer);
    drop(mine);
    if (isClosed) return;
    lost(error);
    const wait = Math.min(longestWait, firstWait * 2 ** failures);
    failures += 1;
    timer = setTimeout(() => void connect(), wait * (0.5 + Math.random() / 2));
  }

  await connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const last = client;
      client = null;
      if (last === null) return;
      timer = setTimeout(() => drop(last), lastWord);
      await last.end().catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

/** Without a word to a server that may not answer. */
function drop(client: pg.Client): void {
  client.on('error', () => undefined);
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}
