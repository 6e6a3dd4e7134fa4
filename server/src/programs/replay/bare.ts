import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CompiledQuery, openDatabase } from '../../db/open.ts';

/**
 * The limit that the replay is measured against: a loop that does nothing but run the same statements, in the same
 * transactions, on a SQLite file with the same settings. No loading, no rules, no building of statements.
 */
export async function openBare() {
  const folder = mkdtempSync(join(tmpdir(), 'rung-bare-'));
  const db = await openDatabase(pathToFileURL(join(folder, 'rung.db')));
  let waiting: (readonly CompiledQuery[])[] = [];
  return {
    add: (statements: readonly CompiledQuery[]): void => void waiting.push(statements),
    get waits(): number {
      return waiting.length;
    },
    /** Runs what waits; answers how long that took, ms. */
    async run(): Promise<number> {
      const begunAt = performance.now();
      for (const [first, ...rest] of waiting) {
        if (first !== undefined) await db.writer.transact((tx) => tx.commit(first, rest));
      }
      const ms = performance.now() - begunAt;
      waiting = [];
      return ms;
    },
    async close(): Promise<void> {
      await db.close();
      rmSync(folder, { recursive: true });
    },
  };
}
