import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CompiledQuery, openDatabase } from '../../db/open.ts';

export type Bare = {
  /** The statements of one transaction, to be run when it is its turn. */
  add(statements: readonly CompiledQuery[]): void;
  /** How many transactions wait. */
  readonly waits: number;
  /** Runs what waits; answers how long that took, ms. */
  run(): Promise<number>;
  close(): Promise<void>;
};

/**
 * The limit that the replay is measured against: a loop that does nothing but run the same statements, in the same
 * transactions, on a SQLite file in this folder with the same settings. No loading, no rules, no building of statements.
 */
export async function openBare(folder: string): Promise<Bare> {
  const db = await openDatabase(pathToFileURL(join(folder, 'bare.db')));
  let waiting: (readonly CompiledQuery[])[] = [];
  return {
    add: (statements) => void waiting.push(statements),
    get waits() {
      return waiting.length;
    },
    async run() {
      const begunAt = performance.now();
      for (const [first, ...rest] of waiting) {
        if (first === undefined) continue;
        // What was one statement by itself is one here.
        const isDone =
          rest.length === 0
            ? (await db.writer.run(first)).length > 0
            : await db.writer.transact((tx) => tx.commit(first, rest));
        if (!isDone) throw new Error('defect: the bare loop wrote something else than the replay');
      }
      const ms = performance.now() - begunAt;
      waiting = [];
      return ms;
    },
    close: () => db.close(),
  };
}
