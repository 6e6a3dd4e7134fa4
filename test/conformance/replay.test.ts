import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from '@rung/domain/base/must.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { isOpen } from '@rung/domain/ticket/ticket.ts';
import { type Kysely, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { everyTicket, type WholeTicket } from '../../server/src/db/everything.ts';
import { type Database, openDatabase } from '../../server/src/db/open.ts';
import { type Dialect, dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { incidentLog } from '../harness/incident-log.ts';
import {
  checkLog,
  type Findings,
  readIncidentLog,
  replay,
  replayFolder,
  seed,
  sound,
} from '../harness/replay.ts';
import { ask, storedRows } from '../harness/stored-rows.ts';

const whole = incidentLog(seed);
const small = incidentLog(seed, { each: 1 });
const timeout = 120_000;
const { write, replayIn, replayOn } = replayFolder();
const hashes = new Map<Dialect, string>();

describe.each(dialects)('a replay of a made-up incident log, on %s', { timeout }, (dialect) => {
  let place: Place;
  beforeEach(async () => {
    place = await freshPlace(dialect);
  });
  afterEach(() => place.remove());

  test('ends sound, and tells of everything that is in the log', async () => {
    const { ok, summary, complained } = await replayIn(place, whole.csv);
    const { incidents, rows, reopened, linked, dirt } = whole;
    expect(summary).toMatchObject({
      ...sound,
      ...{ incidents, rows, reopened, linked, stepsLate: 0, rejected: {} },
      tickets: incidents + linked,
      dirtyRows: Object.fromEntries([...dirt].map(([kind, { length }]) => [kind, length])),
      // The four that are never solved.
      openAtEnd: 4,
    });
    expect(ok).toBe(true);
    const found = must(summary, 'a summary');
    for (const kind of ['hold', 'resume', 'transfer'] as const) {
      expect(found.unmapped[kind]).toBeGreaterThan(0);
    }
    for (const tier of ['owner', 'step 1', 'step 2', 'step 3', 'fallback']) {
      expect(found.pagesByTier[tier]).toBeGreaterThan(0);
    }
    expect(found.acks).toBeGreaterThan(0);
    expect(found.progressRows).toBeGreaterThan(0);
    expect(found.slaBreaches.resolution.S1).toBeGreaterThan(0);
    expect(found.displayed).toBeGreaterThanOrEqual(found.pages);
    // Some kinds have a hint behind their lines.
    const named = complained.map((line) => line.replace(/(;| and everything).*$/, ''));
    expect(named.toSorted()).toEqual(
      [...dirt]
        .map(([kind, lines]) => {
          return `left out, ${kind}: ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
        })
        .toSorted(),
    );
    hashes.set(dialect, found.stateHash);
  });

  test('ends the same however often the server is opened anew', async () => {
    const first = ['--limit', '5'] as const;
    const { summary } = await replayIn(place, small.csv, ...first);
    for (const every of ['1', '7']) {
      const again = await replayOn(dialect, small.csv, ...first, '--restart-every', every);
      expect(again).toMatchObject({ ...sound, stepsLate: 0, stateHash: summary?.stateHash });
    }
  });

  test('counts a commit for each row, and none of those that end it', async () => {
    const { summary } = await replayIn(place, small.csv, '--limit', '2');
    const { rows, transactions, engineTransactions } = must(summary, 'a summary');
    expect(transactions).toMatchObject({ commands: rows, engine: engineTransactions });
  });

  describe('whose rows somebody altered', () => {
    let altered: Place;
    let db: Database;
    const alter = (statement: ReturnType<typeof sql>) =>
      statement.execute(db.auth as unknown as Kysely<unknown>);
    beforeAll(async () => {
      altered = await freshPlace(dialect);
      expect(await replayIn(altered, small.csv)).toMatchObject({ ok: true });
      db = await openDatabase(altered.databaseUrl);
      expect(await found(db)).toEqual({ doubleSteps: 0, missedSteps: 0, pagesAfterAck: 0 });
      await alter(sql`create table unaltered as select * from event`);
    }, timeout);
    afterEach(async () => {
      await alter(sql`delete from event`);
      await alter(sql`insert into event select * from unaltered`);
    });
    afterAll(async () => {
      await db.close();
      await altered.remove();
    });

    test('is found to have fired a step twice', async () => {
      const { ticket, seq } = await firedStep(db);
      await alter(sql`
        insert into event (ticket, seq, name, args, "by", recorded_at, claimed_at, cause)
        select ticket, ${sql.lit(seq)} + 1000, name, args, "by", recorded_at, claimed_at, 'again'
        from event where ticket = ${ticket} and seq = ${seq}`);
      expect(await found(db)).toMatchObject({ doubleSteps: 1 });
    });

    test('is found to have fired a step too little', async () => {
      const { ticket, seq } = await firedStep(db);
      await alter(sql`delete from event where ticket = ${ticket} and seq = ${seq}`);
      expect((await found(db)).missedSteps).toBeGreaterThan(0);
    });

    test('is found to have forgotten a step and what was to follow', async () => {
      const { ticket, seq } = await firedStep(db);
      await alter(sql`delete from event where ticket = ${ticket} and seq >= ${seq}`);
      expect((await found(db)).missedSteps).toBeGreaterThan(0);
    });

    test('is found to have paged after an answer', async () => {
      const { ticket, seq } = await firedStep(db);
      await alter(sql`
        insert into event (ticket, seq, name, args, "by", recorded_at, claimed_at, cause)
        select ticket, max(seq) + 1, 'paged', '{"person":"service-desk","isLoud":true}', '@engine',
          max(recorded_at), null, 'after' from event where ticket = ${ticket} and seq > ${seq}
        group by ticket`);
      expect(await found(db)).toMatchObject({ pagesAfterAck: 1 });
    });
  });

  test('is refused in a database that holds tickets, and changes nothing there', async () => {
    await replayIn(place, small.csv, '--limit', '2');
    const before = await storedRows(place.databaseUrl);
    const { ok, printed, complained } = await replayIn(place, small.csv);
    expect(ok).toBe(false);
    expect(printed).toEqual([]);
    expect(complained.at(-1)).toMatch(/^This database is not empty: .*\.$/);
    expect(await storedRows(place.databaseUrl)).toEqual(before);
    expect(before['ticket']).toHaveLength(2);
  });

  test('is refused in the database of another program, and changes nothing there', async () => {
    await ask(place.databaseUrl, 'create table customer (name text)');
    await ask(place.databaseUrl, `insert into customer values ('Hanna')`);
    const { ok, complained } = await replayIn(place, small.csv, '--limit', '1');
    expect(complained.at(-1)).toMatch(/^the database holds something that is not of Rung: /);
    expect(ok).toBe(false);
    expect(await storedRows(place.databaseUrl)).toEqual({ customer: ['{"name":"Hanna"}'] });
  });
});

describe('the hash of a replay', { timeout }, () => {
  test('is the same on both databases', async () => {
    for (const dialect of dialects) {
      if (!hashes.has(dialect)) hashes.set(dialect, (await replayOn(dialect, whole.csv)).stateHash);
    }
    expect(hashes.get('postgres')).toBe(hashes.get('sqlite'));
    expect(hashes.get('sqlite')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is another for a log in which one word is another', async () => {
    const { rows } = await readIncidentLog(await write(small.csv));
    const first = must(
      rows.find(({ assignee }) => assignee !== null),
      'somebody',
    );
    const lines = small.csv.split('\n');
    const line = must(lines[first.line - 1], 'its line');
    const other = lines.with(first.line - 1, line.replace(/Resolver \d+/, 'Resolver 99999'));
    const one = await replayOn('sqlite', small.csv, '--limit', '3');
    const two = await replayOn('sqlite', other.join('\n'), '--limit', '3');
    expect(two).toMatchObject({ ...sound, incidents: one.incidents, rows: one.rows });
    expect(two.stateHash).not.toBe(one.stateHash);
  });
});

const sets =
  process.env['RUNG_DATA_SETS'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const real = join(sets, 'uci498', 'incident_event_log.csv.gz');
const needsReal = test.skipIf(!existsSync(real));

describe('the real log, where RUNG_DATA_SETS has uci498', { timeout }, () => {
  needsReal('is read whole', async () => {
    const { rows, dirt } = await readIncidentLog(real);
    expect(rows).toHaveLength(141_702);
    expect(new Set(rows.map(({ number }) => number)).size).toBe(24_918);
    expect([...dirt].map(([kind, { length }]) => [kind, length]).toSorted()).toEqual([
      ['before-opened', 5],
      ['unknown-state', 5],
    ]);
    const logs = Map.groupBy(rows, ({ number }) => number);
    const turns = [...logs.values()].flatMap((log) =>
      log.slice(1).map((row, n) => [log[n]!, row] as const),
    );
    const isOver = (state: string) => state === 'Resolved' || state === 'Closed';
    const back = turns.filter(([before, row]) => isOver(before.state) && !isOver(row.state));
    expect(back).toHaveLength(332);
    const moved = turns.filter(
      ([before, row]) => before.group !== null && row.group !== null && before.group !== row.group,
    );
    expect(moved).toHaveLength(17_911);
  });

  needsReal('ends sound and the same on both databases, its first 40 incidents', async () => {
    const of = async (dialect: Dialect) => {
      const place = await freshPlace(dialect);
      const { summary } = await replay(
        real,
        ...['--limit', '40', '--json', '--database', place.databaseUrl.href],
      );
      await place.remove();
      return summary;
    };
    const onSqlite = await of('sqlite');
    expect(onSqlite).toMatchObject({ ...sound, incidents: 40 });
    expect(await of('postgres')).toMatchObject({ ...sound, stateHash: onSqlite?.stateHash });
  });
});

async function tickets(db: Database): Promise<readonly WholeTicket[]> {
  const all: WholeTicket[] = [];
  for await (const one of everyTicket(db)) all.push(one);
  return all;
}

/** What the check says of all that is stored. */
async function found(
  db: Database,
): Promise<Pick<Findings, 'doubleSteps' | 'missedSteps' | 'pagesAfterAck'>> {
  const all = await tickets(db);
  const endAt = Math.max(
    ...all.flatMap(({ events }) => events.map(({ recordedAt }) => recordedAt)),
  );
  const each = all.map(({ events }) => checkLog(events, endAt));
  const sum = (of: (one: Findings) => number) => each.reduce((n, one) => n + of(one), 0);
  return {
    doubleSteps: sum(({ doubleSteps }) => doubleSteps),
    missedSteps: sum(({ missedSteps }) => missedSteps),
    pagesAfterAck: sum(({ pagesAfterAck }) => pagesAfterAck),
  };
}

function isSecondStep({ name, args }: TicketEvent): boolean {
  const isStep = name === 'rung-fired' && args.rung.kind === 'step' && args.rung.step === 2;
  return isStep && args.pages.length > 0;
}

/** Of a ticket that is solved, one from the middle of a ladder, for which somebody was paged. */
async function firedStep(db: Database): Promise<TicketEvent> {
  for (const { events, ticket } of await tickets(db)) {
    const fired = events.find(isSecondStep);
    if (fired !== undefined && !isOpen(ticket)) return fired;
  }
  throw new Error('no second step fired');
}
