import { type CompiledQuery, sql } from 'kysely';
import type { Database } from './open.ts';

/** Where the processes on one Postgres tell each other what they committed. */
export const channel = 'rung';

/** What a commit means to the other processes. */
export type Notice = {
  /** Which process says it: it knows already. */
  readonly from: string;
  /** Scopes of which a row changed; `*` = perhaps any. */
  readonly touched: readonly string[];
  /** The earliest deadline that was written; null = none. */
  readonly dueAt: number | null;
  /** When the first of what was written is to be sent; null = nothing is. */
  readonly attemptAt: number | null;
};

/** Postgres refuses 8,000 bytes. */
const longest = 7000;

/** What is called out: the news, or where that is too long what stands for it. */
export function noticeText(news: object, instead: object): string {
  const text = JSON.stringify(news);
  return Buffer.byteLength(text) <= longest ? text : JSON.stringify(instead);
}

/** Told when the transaction commits, and only then. */
export function tellOthers({ build }: Pick<Database, 'build'>, notice: Notice): CompiledQuery {
  const text = noticeText(notice, { ...notice, touched: ['*'] });
  return sql`select pg_notify(${channel}, ${text})`.compile(build);
}
