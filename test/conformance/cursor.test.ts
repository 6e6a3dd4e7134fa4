import { randomInt } from 'node:crypto';
import pg from 'pg';
import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import { openWriter } from '../../server/src/apply/writer.ts';
import { openDirectoryCache } from '../../server/src/db/directory.ts';
import { type Database, openDatabase } from '../../server/src/db/open.ts';
import { reportArgs } from '../harness/command.ts';
import { freshPlace } from '../harness/dialects.ts';
import { company, openWorld, settle } from './pulled-world.ts';

const writers = 16;
const ofEach = 200;
const ticketsOfEach = 20;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const now = Date.parse('2026-11-21T12:00:00Z');

/**
 * On Postgres the order of commits is not the order of numbers (sync.md, section 2): whoever reads "greater than the last
 * that I saw" misses what got its number before and was committed after. SQLite has one writer, and no such trouble.
 */
test('a naive cursor loses rows under 16 concurrent writers and ours does not (Postgres)', async () => {
  const seed = Number(process.env['RUNG_SEED'] ?? randomInt(2 ** 31));
  const random = seeded(seed);
  const place = await freshPlace('postgres');
  await settle(place.databaseUrl);
  const ours = await Promise.all(
    Array.from({ length: writers }, () => openDatabase(place.databaseUrl)),
  );
  const theirs = Array.from(
    { length: writers },
    () => new pg.Client({ connectionString: place.databaseUrl.href }),
  );
  const reader = new pg.Client({ connectionString: place.databaseUrl.href });
  await Promise.all([...theirs, reader].map((client) => client.connect()));
  await reader.query('create table naive (id bigserial primary key)');
  const world = await openWorld(place);
  let isOver = false;

  try {
    const naive = {
      seen: 0,
      cursor: 0,
      async look(): Promise<void> {
        const { rows } = await reader.query<{ id: string }>(
          'select id from naive where id > $1 order by id',
          [naive.cursor],
        );
        naive.seen += rows.length;
        naive.cursor = Number(rows.at(-1)?.id ?? naive.cursor);
      },
    };
    const looked = {
      ver: 0,
      seen: new Map<string, number>(),
      async look(): Promise<void> {
        const rows = await world.db.snapshot((all) =>
          all(
            world.db.build
              .selectFrom('ticket')
              .select(['id', 'ver'])
              .where('ver', '>', looked.ver)
              .orderBy('ver')
              .compile(),
          ),
        );
        for (const { id, ver } of rows) {
          looked.seen.set(id, ver);
          looked.ver = Math.max(looked.ver, ver);
        }
      },
    };
    let looks = 0;
    const looking = [
      (async () => {
        for (; !isOver; looks += 1) await naive.look();
      })(),
      (async () => {
        while (!isOver) await looked.look();
      })(),
      // And a device, that does what devices do.
      (async () => {
        while (!isOver) await world.devices.get('max')?.exchange();
      })(),
    ];

    const [done] = await Promise.all([
      Promise.all(ours.map((db) => settleMany(adversarial(db, random)))),
      Promise.all(theirs.map((client) => insertMany(client, random))),
    ]);
    isOver = true;
    await Promise.all(looking);
    await Promise.all([naive.look(), looked.look(), world.exchange('max')]);

    const committed = await reader.query('select count(*)::int as n from naive');
    const missed = Number((committed.rows as { n: number }[])[0]?.n) - naive.seen;
    const tickets = await world.db.read.selectFrom('ticket').select(['id', 'ver']).execute();
    const lost = tickets.filter(({ id, ver }) => looked.seen.get(id) !== ver);
    const commands = done.reduce((sum, one) => sum + one, 0);
    process.stdout.write(
      `seed ${seed}: of ${writers * ofEach} rows a naive cursor lost ${missed} in ${looks} looks; ` +
        `of ${tickets.length} tickets (${commands} commands) ours lost ${lost.length}\n`,
    );
    expect(tickets).toHaveLength(writers * ticketsOfEach);
    expect(missed).toBeGreaterThan(0);
    expect(lost).toEqual([]);
    const { held, expected } = await world.compare('max');
    expect(held).toEqual(expected);
  } finally {
    isOver = true;
    await world.close();
    await Promise.all([...theirs, reader].map((client) => client.end()));
    await Promise.all(ours.map((db) => db.close()));
    await place.remove();
  }
}, 60_000);

/** Some milliseconds in the database between drawing a version and committing it, or before it. */
function adversarial(db: Database, random: () => number): Database {
  return {
    ...db,
    writer: {
      ...db.writer,
      transact: (work) =>
        db.writer.transact((tx) =>
          work({
            ...tx,
            async commit(first, rest) {
              await tx.all(waiting(db, random));
              return tx.commit(first, [...rest, waiting(db, random)]);
            },
          }),
        ),
    },
  };
}

function waiting({ build }: Database, random: () => number) {
  const wait = random() < 0.5 ? 0 : Math.floor(random() * 4) / 1000;
  return build
    .selectNoFrom(({ fn, val }) => fn<string>('pg_sleep', [val(wait)]).as('waited'))
    .compile();
}

/** Answers how many commands were applied. */
async function settleMany(db: Database): Promise<number> {
  const directory = openDirectoryCache(db);
  const writer = openWriter({ db, directory, clock: { now: () => now }, log: quiet });
  const claim = { wall: now, offsetBefore: null, offsetAfter: 0 };
  const seen = { generation: 1, severity: 'S3' } as const;
  const send = (command: Parameters<typeof writer.command>[0]['command']) =>
    writer.command({ uid: ulid(), claim, person: 'dora', command });
  const tickets: string[] = [];
  let settled = 0;
  // A few at a time, so that there are many commits.
  for (let n = 0; n < ofEach; n += 5) {
    const five = Array.from({ length: 5 }, (_, m) => {
      const ticket = tickets[(n + m) % ticketsOfEach];
      if (ticket === undefined || tickets.length < ticketsOfEach) {
        const args = reportArgs(`no ${n + m}`, { team: Object.keys(company.teams)[m % 2] ?? null });
        tickets.push(args.ticket);
        return send({ name: 'report', args });
      }
      return send({ name: 'progress', args: { ticket, seen, note: `${n + m}` } });
    });
    for (const { outcome } of await Promise.all(five)) if (outcome === 'applied') settled += 1;
  }
  await writer.close();
  return settled;
}

async function insertMany(client: pg.Client, random: () => number): Promise<void> {
  for (let n = 0; n < ofEach; n += 1) {
    const wait = Math.floor(random() * 8) / 1000;
    await client.query('begin');
    await client.query('insert into naive default values');
    await client.query('select pg_sleep($1)', [wait]);
    await client.query('commit');
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
