import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referenceOf } from '../access/reference.ts';
import type { Directory } from '../directory/directory.ts';
import { shifts } from '../schedule/on-call.ts';
import { isOpen, isSeeking, type Rung } from '../ticket/ticket.ts';
import type { TicketEvent } from '../ticket/events.ts';
import type { Known } from './known-targets.ts';
import { type Drawn, ladderView, type Row } from './ladder-view.ts';
import { company } from './test-company.ts';
import { day, hour, minute, monday, newWorld, second, type World } from './test-world.ts';
import { whatComes } from './what-comes.ts';

/** What a device holds of the directory. */
function knownOf(directory: Directory, now: number): Known {
  const shown = <K extends 'person' | 'team' | 'policy-version'>(kind: K) =>
    new Map([...directory[kind]].map(([key, item]) => [key, referenceOf(kind, item as never)]));
  return {
    person: shown('person') as Known['person'],
    team: shown('team') as Known['team'],
    schedule: new Map(
      [...directory.schedule].map(([key, schedule]) => [
        key,
        { shifts: shifts(schedule, now, now + 14 * day) },
      ]),
    ),
    'policy-version': shown('policy-version') as Known['policy-version'],
  };
}

function drawn(world: World, more: Partial<Drawn> = {}): Drawn {
  const { directory, now } = world.context();
  const log = world.log().map((event) => ({ event, isWaiting: false }));
  return { state: world.ticket(), log, known: knownOf(directory, now), now, asOf: null, ...more };
}

/** "10:05 mara: acked" for each row; moments in Berlin. */
const view = (world: World, more: Partial<Drawn> = {}) => ladderView(drawn(world, more));
const told = (world: World, more: Partial<Drawn> = {}) => view(world, more).rows.map(line);

const clock = (at: number | null) =>
  at === null ? '?' : new Date(at + hour).toISOString().slice(11, 19).replace(/:00$/, '');

const rung = ({ rung: one }: { readonly rung: Rung | null }): string => {
  if (one === null) return 'beside';
  if (one.kind === 'step') return `${one.lap}.${one.step}`;
  return one.kind === 'fallback' ? `fallback ${one.time}` : 'owner';
};

function line(row: Row): string {
  switch (row.kind) {
    case 'fired': {
      const people = row.asked.map(({ person, answer }) => {
        const known =
          answer !== null && answer.knownAt !== answer.at ? `, known ${clock(answer.knownAt)}` : '';
        const mark = answer?.isWaiting === true ? ' here' : '';
        return answer === null
          ? person
          : `${person} ${answer.kind} ${clock(answer.at)}${known}${mark}`;
      });
      return `${clock(row.at)} ${rung(row)} ${people.join('; ') || 'nobody'}`;
    }
    case 'planned': {
      const people = [...row.people, ...(row.isWhole ? [] : ['unknown'])].join(' ') || 'nobody';
      return `${clock(row.at)} (${rung(row)} ${people}${row.wasDue ? ', was due' : ''})`;
    }
    case 'lap':
      return `${clock(row.at)} (lap ${row.lap} of ${row.laps})`;
    case 'holder':
      return `${row.person} has it until ${clock(row.until)}`;
    case 'earlier':
      return `${row.n} earlier`;
    case 'as-of':
      return `${clock(row.at)} as of`;
    case 'began':
      return `${clock(row.at)} ${row.because} ${row.by}`;
    case 'still-on-it':
      return `${clock(row.at)} still on it? ${row.person}`;
    case 'over':
      return `${clock(row.at)} ${row.what} ${row.by}`;
    default:
      return `${clock(row.at)} ${row.kind} ${row.by}`;
  }
}

describe('the ladder of a ticket', () => {
  test('has the rungs that fired, the live one, and the rest of its lap', () => {
    const world = newWorld();
    world.report();
    world.forward(10 * minute);
    expect(told(world)).toEqual([
      '10:00 reported nils',
      '10:00 1.1 mara',
      '10:10 1.2 lena',
      '10:30 (2.1 mara)',
      '10:40 (2.2 lena)',
      '11:00 (fallback 1 fred)',
    ]);
    expect(view(world).live).toEqual({ row: 2, from: world.now(), to: world.now() + 20 * minute });
  });

  test('says a further lap in one line, unless it is an S1 and within the hour', () => {
    const world = newWorld();
    world.report();
    expect(told(world).slice(2)).toEqual([
      '10:10 (1.2 lena)',
      '10:30 (lap 2 of 2)',
      '11:00 (fallback 1 fred)',
    ]);
    const urgent = newWorld();
    urgent.report({ severity: 'S1' });
    expect(told(urgent).slice(2)).toEqual([
      '10:05 (1.2 lena)',
      '10:10 (1.3 max)',
      '10:20 (2.1 mara)',
      '10:25 (2.2 lena)',
      '10:30 (2.3 max)',
      '10:40 (3.1 mara)',
      '10:45 (3.2 lena)',
      '10:50 (3.3 max)',
      '11:00 (fallback 1 fred)',
    ]);
  });

  test('ends with whoever has it, and until when', () => {
    const world = newWorld();
    world.report();
    world.forward(12 * minute);
    world.as('lena').acknowledge();
    expect(told(world)).toEqual([
      '10:00 reported nils',
      '10:00 1.1 mara superseded 10:12',
      '10:10 1.2 lena acked 10:12',
      'lena has it until 12:12',
    ]);
    expect(view(world).live).toBeNull();
    expect(view(world).next).toMatchObject({ kind: 'ask', person: 'lena' });
  });

  test('shows both times of an answer that came late', () => {
    const world = newWorld();
    world.report();
    const mara = world.offline('mara');
    world.forward(15 * minute);
    mara.acknowledge();
    expect(told(world)[1]).toBe('10:00 1.1 mara acked 10:00, known 10:15');
  });

  test('counts down to the end of the question, and begins anew behind what was before', () => {
    const world = newWorld();
    world.report({ severity: 'S1' });
    world.as('mara').acknowledge();
    world.forward(30 * minute);
    expect(told(world).slice(2)).toEqual(['10:30 still on it? mara', 'mara has it until ?']);
    expect(view(world).next).toMatchObject({ kind: 'expire', person: 'mara' });
    expect(view(world).live).toMatchObject({ row: 2, to: world.now() + 5 * minute });
    world.forward(5 * minute);
    expect(told(world).slice(0, 4)).toEqual([
      '10:00 reported nils',
      '1 earlier',
      '10:35 expired mara',
      '10:35 owner mara',
    ]);
  });

  test.each([
    ['raised', (world: World) => world.as('lena').rates('S1')],
    ['transferred', (world: World) => world.as('dora').transfer('new')],
  ])('begins anew when it was %s, by whoever did that', (because, happens) => {
    const world = newWorld();
    world.report();
    happens(world);
    const rows = told(world);
    expect(rows[1]).toBe('1 earlier');
    expect(rows[2]).toMatch(new RegExp(`^10:00 ${because} (lena|dora)$`));
  });

  test('shows who took it without having been asked, and who gave it back', () => {
    const world = newWorld();
    world.report();
    world.as('otto').acknowledge();
    expect(told(world)).toContain('10:00 took otto');
    world.as('otto').release();
    expect(told(world)).toContain('10:00 released otto');
  });

  test('shows who said no, who could not be reached, and a rung that found nobody', () => {
    const world = newWorld({ at: monday - hour });
    world.report({ team: 'new' });
    world.cannotReach('lena');
    expect(told(world).slice(1, 3)).toEqual([
      '09:00 1.1 nobody',
      '09:00 1.2 lena unreachable 09:00',
    ]);
    const declined = newWorld();
    declined.report();
    declined.as('mara').decline();
    expect(told(declined).slice(1, 3)).toEqual(['10:00 1.1 mara declined 10:00', '10:00 1.2 lena']);
  });

  test('is over when it is solved', () => {
    const world = newWorld();
    world.report();
    world.as('mara').resolve();
    expect(told(world).at(-1)).toBe('10:00 resolved mara');
    expect(view(world)).toMatchObject({ live: null, next: { kind: 'close' } });
  });

  test('cannot reckon business hours: the rung has no instant, and its length', () => {
    const world = newWorld();
    world.report({ severity: 'S3' });
    const rows = view(world).rows;
    expect(rows.map(line).slice(2)).toEqual(['11:00 (1.2 max)', '? (fallback 1 fred)']);
    expect(rows[3]).toMatchObject({ after: { n: 2, unit: 'hour', business: true } });
  });

  test('says whom it does not know', () => {
    const world = newWorld();
    world.report({ team: 'doors' });
    world.forward(10 * minute);
    expect(told(world)[3]).toBe('10:30 (2.1 unknown)');
    const known = { ...drawn(world).known, 'policy-version': new Map(), team: new Map() };
    expect(told(world, { known }).slice(3)).toEqual(['10:30 (2.1 unknown)']);
  });

  test('without its log is drawn from the state alone', () => {
    const world = newWorld();
    world.report();
    world.forward(10 * minute);
    expect(told(world, { log: [] }).slice(0, 3)).toEqual([
      '10:00 reported nils',
      '10:10 1.2 lena',
      '10:30 (2.1 mara)',
    ]);
  });
});

describe('a device that is out of touch', () => {
  const heard = () => {
    const world = newWorld();
    world.report();
    return world;
  };

  test('draws a line after what it knows, and goes on counting', () => {
    const world = heard();
    const asOf = world.now();
    const now = asOf + 4 * minute;
    const { rows, live, wasDue } = view(world, { now, asOf });
    expect(rows.map(line).slice(1, 4)).toEqual([
      '10:00 1.1 mara',
      '10:00 as of',
      '10:10 (1.2 lena)',
    ]);
    expect([live?.row, live?.to, wasDue]).toEqual([1, asOf + 10 * minute, false]);
  });

  test('does not say that what was due has happened', () => {
    const world = heard();
    const asOf = world.now();
    const { rows, live, wasDue } = view(world, { now: asOf + 12 * minute, asOf });
    expect(rows.map(line).slice(2, 5)).toEqual([
      '10:00 as of',
      '10:10 (1.2 lena, was due)',
      '10:30 (lap 2 of 2)',
    ]);
    expect([live, wasDue]).toEqual([null, true]);
  });

  test('shows what was done on it, and that the server goes on', () => {
    const world = heard();
    const before = drawn(world);
    world.forward(minute);
    world.as('mara').acknowledge();
    const added = world.log().slice(before.log.length, before.log.length + 1);
    const log = [...before.log, ...added.map((event) => ({ event, isWaiting: true }))];
    const { rows, next, waiting, live } = view(world, { log });
    expect(rows.map(line).slice(1, 3)).toEqual([
      '10:00 1.1 mara acked 10:01 here',
      '10:10 (1.2 lena)',
    ]);
    expect(next).toMatchObject({ kind: 'page', people: ['lena'] });
    expect(waiting).toEqual(['acknowledged']);
    expect(live).not.toBeNull();
  });

  test('does not take an update, words to the client or a picture for something that stops the paging', () => {
    const world = heard();
    const { state, log } = drawn(world);
    const [first] = world.log();
    const said = { ...first, seq: log.length + 1, by: 'mara', name: 'progressed' } as const;
    const args = { effect: 'noted', actedAt: world.now(), note: 'Looking' } as const;
    const event = { ...said, args } as TicketEvent;
    expect(view(world, { state, log: [...log, { event, isWaiting: true }] }).waiting).toEqual([]);
    const told = {
      ...event,
      name: 'commented',
      args: { ...args, isClients: false },
    } as TicketEvent;
    const waits = { event: told, isWaiting: true };
    expect(view(world, { state, log: [...log, waits] }).waiting).toEqual([]);
  });

  test('says of a report that never left that paging starts when it does', () => {
    const world = heard();
    const log = world
      .log()
      .slice(0, 1)
      .map((event) => ({ event, isWaiting: true }));
    const { rows, next } = view(world, { log });
    expect(rows).toMatchObject([{ kind: 'reported', isWaiting: true }]);
    expect(next).toEqual({ kind: 'starts' });
  });
});

const ms = fc.oneof(
  fc.integer({ min: 0, max: 90 * second }),
  fc.integer({ min: 0, max: 90 }).map((n) => n * minute),
  fc.constantFrom(5 * minute, 10 * minute, 30 * minute, 2 * hour, day),
);
const people = fc.constantFrom('mara', 'otto', 'nils', 'lena', 'max', 'fred', 'dora', 'ada');
const deeds = {
  acknowledges: (world: World, who: string) => world.as(who).acknowledge(),
  declines: (world: World, who: string) => world.as(who).decline(),
  releases: (world: World, who: string) => world.as(who).release(),
  works: (world: World, who: string) => world.as(who).progress(),
  raises: (world: World, who: string) => world.as(who).rates('S1'),
  lowers: (world: World, who: string) => world.as(who).rates('S2'),
  transfers: (world: World, who: string) => world.as(who).transfer('new'),
  resolves: (world: World, who: string) => world.as(who).resolve(),
  reopens: (world: World, who: string) => world.as(who).reopen(),
  'is unreachable': (world: World, who: string) => {
    const isAsked = world.ticket().pages.some((one) => one.person === who && one.state === 'open');
    if (isAsked) world.cannotReach(who);
  },
  'is waited for': () => undefined,
} as const;
const names = fc.constantFrom(...(Object.keys(deeds) as (keyof typeof deeds)[]));
const walk = fc.record({
  severity: fc.constantFrom('S1', 'S2', 'S3', 'S4'),
  at: fc.integer({ min: 0, max: 7 * 24 * 60 }).map((n) => monday + n * minute),
  happenings: fc.array(fc.tuple(ms, people, names), { maxLength: 12 }),
});

function walked({
  severity,
  at,
  happenings,
}: typeof walk extends fc.Arbitrary<infer W> ? W : never) {
  const world = newWorld({ at });
  world.report({ severity });
  for (const [wait, who, name] of happenings) {
    world.forward(wait);
    deeds[name](world, who);
  }
  return world;
}

describe('of any story', () => {
  test('what is live is the armed rung, and whom it pages', () => {
    fc.assert(
      fc.property(walk, (story) => {
        const world = walked(story);
        const { next, live } = view(world);
        const { run } = world.ticket();
        const armed =
          isOpen(world.ticket()) && isSeeking(world.ticket()) ? (run?.armed ?? null) : null;
        if (armed === null) return;
        expect(live?.to ?? null).toBe(world.due());
        if (world.due() === armed.dueAt)
          expect(next).toMatchObject({ kind: 'page', at: armed.dueAt });
      }),
    );
  });

  test('what is planned is what fires, when nobody says anything', () => {
    fc.assert(
      fc.property(walk, (story) => {
        const world = walked(story);
        if (!isSeeking(world.ticket()) || world.ticket().expiry !== null) return;
        const { known } = drawn(world);
        const until = world.now() + 3 * hour;
        const planned: string[] = [];
        for (const coming of whatComes(world.ticket(), known)) {
          if (coming.at === null || coming.at > until || !coming.isWhole) break;
          planned.push(JSON.stringify([coming.rung, coming.at, coming.people]));
          if (planned.length === 30) break;
        }
        const from = world.log().length;
        world.forward(3 * hour);
        const fired = world
          .log()
          .slice(from)
          .flatMap((event) =>
            event.name === 'rung-fired'
              ? [
                  JSON.stringify([
                    event.args.rung,
                    event.recordedAt,
                    event.args.pages.map(({ person }) => person),
                  ]),
                ]
              : [],
          );
        expect(fired.slice(0, planned.length)).toEqual(planned);
      }),
      { numRuns: 60 },
    );
  });

  test('it is drawn, whatever part of its log is here and whatever newer servers write', () => {
    fc.assert(
      fc.property(walk, fc.nat(), fc.nat(), fc.boolean(), (story, start, length, isOut) => {
        const world = walked(story);
        const { log, now } = drawn(world);
        const foreign = { ...log[0]!.event, name: 'from-the-future' } as unknown as TicketEvent;
        const cut = log.slice(start % log.length).slice(0, 1 + (length % log.length));
        const asOf = isOut ? now - minute : null;
        for (const part of [cut, [...log, { event: foreign, isWaiting: false }]]) {
          const { rows, live } = view(world, { log: part, asOf });
          expect(rows[0]?.kind).toBe('reported');
          expect(live === null || rows[live.row] !== undefined).toBe(true);
        }
      }),
    );
  });
});

test('the company of these stories is one that a device knows', () => {
  expect(knownOf(company, monday).schedule.get('rota')?.shifts[0]?.person).toBe('mara');
});
