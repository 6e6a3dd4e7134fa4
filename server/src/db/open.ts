/**
 * The database behind one face (trust.md, section 2). SQLite for one process; Postgres for several.
 *
 * Whoever reads gets `read`, which the database itself keeps from writing; the loops `look`. The writer loop alone gets `writer`.
 * better-auth and the one-time links, which no device ever sees, get `auth`, for single statements.
 */

import type { CompiledQuery, ExpressionBuilder, Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { openPostgres } from './postgres.ts';
import type { Schema } from './schema.ts';
import type { AuthSchema } from './schema-auth.ts';
import { openSqlite } from './sqlite.ts';

export type { CompiledQuery, ExpressionBuilder };

export type Dialect = 'sqlite' | 'postgres';

export type Database = {
  readonly dialect: Dialect;
  readonly read: ReadonlyKysely<Schema & AuthSchema>;
  readonly auth: Kysely<AuthSchema>;
  /**
   * Runs a query of `build` for the loops, which look again and again at what was written a moment ago: on SQLite on
   * the connection that wrote it and still has it in memory, on Postgres on one of the readers'.
   */
  look<Row>(query: CompiledQuery<Row>): Promise<readonly Row[]>;
  /**
   * Reads as of one moment: what `work` reads is a prefix of the commits without holes (sync.md, section 2). Short: on SQLite
   * one comes after the other.
   */
  snapshot<Answer>(work: (all: Transaction['all']) => Promise<Answer>): Promise<Answer>;
  /** Builds statements for `writer`; executing one through it throws. */
  readonly build: Kysely<Schema>;
  readonly writer: Writer;
  /** Migrations that were applied when it was opened. */
  readonly migrated: readonly string[];
  /** What is better done in a quiet moment than in somebody's commit; called now and then. */
  tidy(): void;
  close(): Promise<void>;
};

/** The one connection that writes; transactions come one after the other. */
export type Writer = {
  /**
   * Runs `work` in a transaction. When it returns without having committed, or throws, nothing is written. On SQLite
   * nothing that it reads through `tx.all` can change before `tx.commit`; on Postgres another process may be quicker,
   * which the commit notices by the keys and by the row that `first` asks for.
   */
  transact<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer>;
  /** Runs one statement that needs no other, and commits it. */
  run<Row>(statement: CompiledQuery<Row>): Promise<readonly Row[]>;
};

export type Transaction = {
  all<Row>(query: CompiledQuery<Row>): Promise<readonly Row[]>;
  /**
   * Runs the statements and commits; they leave together, so that whoever is stopped here holds nothing up. `first`
   * must answer a row (SQLite) or not divide by zero (Postgres), else everything is rolled back and the answer is
   * false. On SQLite all of it is one synchronous turn, so no other user of the connection can land inside.
   */
  commit(first: CompiledQuery, rest: readonly CompiledQuery[]): Promise<boolean>;
};

/** `file:` opens a SQLite file, `postgres:` pools. Migrates before it answers. */
export async function openDatabase(url: URL, options: OpenOptions = {}): Promise<Database> {
  return url.protocol === 'file:' ? openSqlite(url, options) : openPostgres(url, options);
}

export type OpenOptions = {
  /** Migrate an empty database only: servers may be running on one that is older. Then it throws, with a sentence. */
  readonly isGuest?: boolean;
};
