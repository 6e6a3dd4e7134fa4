import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryAt } from '@rung/domain/directory/directory-at.ts';
import { fold } from '@rung/domain/ticket/evolve.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lostDeadlines } from '../../server/src/db/audit.ts';
import { directoryEvents, openDirectoryCache } from '../../server/src/db/directory.ts';
import type { Database } from '../../server/src/db/open.ts';
import { eventsOf } from '../../server/src/db/events.ts';
import { newestTickets } from '../../server/src/db/ticket-lists.ts';
import { copyOf, deserted } from '../harness/copies.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { type DeedName, deedOf, deeds, prepare, reportedAt, within } from './deeds.ts';

/** All that is written, row by row. */
type Contents = Readonly<Record<string, readonly string[]>>;

type Death = readonly [side: 'before' | 'after', statement: number];

const forEver = Number.MAX_SAFE_INTEGER;

describe.each(dialects)('a process that dies between any two statements, on %s', (dialect) => {
  let base: Place;
  let cache: string;
  beforeAll(async () => {
    base = await freshPlace(dialect);
    await prepare(base.databaseUrl);
    await deserted(base);
    cache = await mkdtemp(join(tmpdir(), 'rung-compiled-'));
  });
  afterAll(async () => {
    await base.remove();
    await rm(cache, { recursive: true });
  });

  test.for(Object.keys(deeds) as DeedName[])(
    '%s is there wholly or not at all, and done again it counts once',
    { timeout: 120_000 },
    async (name) => {
      const stages = await stagesOf(name);
      const deaths = deathsAmong(await statementsOf(name));
      const found = new Map<Death, number>();
      const doneFrom = new Set<number>();
      const waiting = [...deaths];
      const turn = async (): Promise<void> => {
        let place: Place | null = null;
        for (let death = waiting.shift(); death !== undefined; death = waiting.shift()) {
          place ??= await copyOf(base);
          await die(place, name, death);
          const stage = await stageOf(place, stages, death);
          found.set(death, stage);
          // The same rows go on to the same: it is done again once from each stage.
          const isNew = !doneFrom.has(stage);
          doneFrom.add(stage);
          if (isNew) expect([death, await doneAgain(place, name)]).toEqual([death, stages.at(-1)]);
          if (!isNew && stage === 0) continue;
          await place.remove();
          place = null;
        }
        await place?.remove();
      };
      await Promise.all([turn(), turn()]);

      // Whoever dies later has not done less; and every stage was seen.
      const inOrder = deaths.map((death) => found.get(death) ?? -1);
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
      expect([...new Set(inOrder)]).toEqual([...stages.keys()]);
    },
  );

  /** What an undisturbed process leaves: before the deed, and after each of its commits. */
  async function stagesOf(name: DeedName): Promise<readonly Contents[]> {
    const { deed, afterMs } = deedOf(name);
    const place = await copyOf(base);
    const now = reportedAt + afterMs;
    const stages = await within(place.databaseUrl, now, async (writer, db) => {
      const seen = [await contentsOf(db)];
      await deed(writer, now, async () => void seen.push(await contentsOf(db)));
      return seen;
    });
    await place.remove();
    return stages;
  }

  async function statementsOf(name: DeedName): Promise<number> {
    const place = await copyOf(base);
    const { said, signal } = await live(place, name, ['before', 0]);
    expect(signal).toBeNull();
    await place.remove();
    return Number(said);
  }

  async function die(place: Place, name: DeedName, death: Death): Promise<void> {
    const { signal } = await live(place, name, death);
    expect([death, signal]).toEqual([death, 'SIGKILL']);
    await deserted(place);
  }

  function live({ databaseUrl }: Place, name: DeedName, [side, n]: Death) {
    const program = fileURLToPath(new URL('doomed.ts', import.meta.url));
    const child = spawn(process.execPath, [program, databaseUrl.href, name, side, String(n)], {
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: cache },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    return new Promise<{ said: string; signal: string | null }>((resolve) => {
      child.once('close', (_, signal) => resolve({ said, signal }));
    });
  }
});

/** Before every statement, and once the last is answered. */
function deathsAmong(statements: number): readonly Death[] {
  const before = Array.from({ length: statements }, (_, n): Death => ['before', n + 1]);
  return [...before, ['after', statements]];
}

/** What is there when the same is done again, once whoever died has been given up. */
async function doneAgain({ databaseUrl }: Place, name: DeedName): Promise<Contents> {
  const { deed, afterMs, againAfterMs } = deedOf(name);
  const now = reportedAt + afterMs + againAfterMs;
  return within(databaseUrl, now, async (writer, db) => {
    await deed(writer, now, async () => undefined);
    return contentsOf(db);
  });
}

/** Which of the stages it stands at; that it is one of them, whole, is what must hold after any death. */
function stageOf({ databaseUrl }: Place, stages: readonly Contents[], death: Death) {
  return within(databaseUrl, reportedAt, async (_, db) => {
    const contents = await contentsOf(db);
    const stage = stages.findIndex((one) => JSON.stringify(one) === JSON.stringify(contents));
    if (stage < 0) expect([death, contents]).toEqual([death, stages[0]]);
    await holdsTogether(db);
    return stage;
  });
}

/** What the rows say of each other, whatever they say: folds and logs, deadlines and the rows the engine asks for. */
async function holdsTogether(db: Database): Promise<void> {
  const dues = await db.read.selectFrom('due').select(['kind', 'id', 'due_at']).execute();
  for (const { ticket } of await newestTickets(db, { all: true }, 100)) {
    expect(ticket).toEqual(fold(await eventsOf(db, ticket.id)));
    const due = dues.find(({ kind, id }) => kind === 'ticket' && id === ticket.id);
    expect(due?.due_at ?? null).toBe(nextDue(ticket));
  }
  expect(await lostDeadlines(db, forEver)).toEqual([]);
  const directory = await openDirectoryCache(db).fresh();
  expect(directoryAt(await directoryEvents(db), forEver)).toEqual(directory);
}

const tables = [
  'sync_head',
  'ticket',
  'event',
  'file',
  'settled',
  'directory_item',
  'directory_event',
  'due',
  'fault',
  'page',
  'contact_method',
  'notification',
  'attempt',
  'shift',
] as const;

/** Without the moment of a try, or of what it showed, and how often it was taken: of what was taken by whoever died, they are the second one’s. */
const left: Record<string, object> = {
  attempt: { at: null },
  page: { received_at: null },
  notification: { claims: null },
  contact_method: { shown_at: null },
};

async function contentsOf(db: Database): Promise<Contents> {
  const all: Record<string, readonly string[]> = {};
  for (const table of tables) {
    const { rows } = await db.read.executeQuery<Record<string, unknown>>(
      sql`select * from ${sql.table(table)}`.compile(db.build) as never,
    );
    all[table] = rows.map((row) => JSON.stringify({ ...row, ...(left[table] ?? {}) })).toSorted();
  }
  return all;
}
