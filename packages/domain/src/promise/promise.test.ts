import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSpan, businessMs } from '../calendar/business-time.ts';
import { must } from '../base/must.ts';
import { type Contract, severities, withChanges } from '../directory/directory.ts';
import { spanOf } from '../directory/notation.ts';
import { company } from '../escalation/test-company.ts';
import { day, hour, minute, monday, newWorld, type World } from '../escalation/test-world.ts';

const span = (text: string) => must(spanOf(text), text);
const contract: Contract = {
  name: 'Bakery',
  client: 'bakery',
  calendar: 'office',
  policies: {},
  targets: {
    S1: { firstResponse: span('15m'), nextUpdate: span('1h'), resolution: span('4h') },
    S2: {
      firstResponse: span('2 business hours'),
      nextUpdate: span('4 business hours'),
      resolution: span('1 business day'),
    },
    S3: { firstResponse: span('1 business day') },
  },
};
const directory = withChanges(company, company.version + 1, [
  { kind: 'contract', key: 'gold', before: null, after: contract },
]);
const office = must(company.calendar.get('office'), 'office');

/** A world whose office is open from 08:00 to 17:00 in Berlin, on weekdays. It is Monday, 10:00, unless `at` says when. */
function reported(severity: 'S1' | 'S2' | 'S3' | 'S4' = 'S2', at = monday): World {
  const world = newWorld({ directory, at });
  world.report({ severity }, 'berta');
  return world;
}

const promise = (world: World) => world.ticket().promise;
const names = (world: World) => world.log().filter(({ name }) => name === 'promised').length;

describe('a new ticket', () => {
  test('has what the contract promises of its severity, in its business time', () => {
    expect(promise(reported())).toEqual({
      firstResponse: { by: monday + 2 * hour, metAt: null },
      nextUpdate: { by: monday + 4 * hour, from: monday },
      resolution: { by: monday + day, metAt: null },
    });
  });

  test('of an evening is promised for the next day, one that is urgent for the same hour', () => {
    const evening = monday + 6.5 * hour;
    expect(promise(reported('S2', evening))?.firstResponse?.by).toBe(monday + 23.5 * hour);
    expect(promise(reported('S1', evening))?.firstResponse?.by).toBe(evening + 15 * minute);
  });

  test('has only the parts that are promised; of what nothing is promised nothing is said', () => {
    expect(promise(reported('S3'))).toMatchObject({ nextUpdate: null, resolution: null });
    const none = reported('S4');
    expect(promise(none)).toBeNull();
    none.as('mara').acknowledge();
    expect(names(none)).toBe(0);
  });

  test('of nobody’s, or of a client without a contract, has none', () => {
    const world = newWorld({ directory });
    world.report({ severity: 'S1' });
    expect(promise(world)).toBeNull();
    const other = newWorld();
    other.report({ severity: 'S1' }, 'berta');
    expect(promise(other)).toBeNull();
  });

  test('counts from when it was reported, however late it arrives', () => {
    const world = newWorld({ directory });
    world.report({ severity: 'S1' }, 'berta', monday - hour);
    expect(promise(world)?.firstResponse).toEqual({ by: monday - 45 * minute, metAt: null });
  });

  test('that somebody is on already is answered at once', () => {
    const world = newWorld({ directory });
    world.edit('person', 'nils', { client: 'bakery' });
    world.report({ severity: 'S1', take: true });
    expect(promise(world)?.firstResponse?.metAt).toBe(monday);
  });
});

describe('the first answer', () => {
  test('is that somebody has it, or what one of us writes: the first of these', () => {
    const acked = reported();
    acked.forward(5 * minute);
    acked.as('mara').acknowledge();
    acked.forward(minute);
    acked.as('mara').comment();
    expect(promise(acked)?.firstResponse?.metAt).toBe(monday + 5 * minute);

    const written = reported();
    written.forward(5 * minute);
    written.as('otto').comment();
    written.forward(minute);
    written.as('mara').acknowledge();
    expect(promise(written)?.firstResponse?.metAt).toBe(monday + 5 * minute);
  });

  test('is not what the client writes, nor what is for colleagues', () => {
    const world = reported();
    const before = promise(world);
    world.forward(minute);
    world.as('berta').comment();
    world.as('mara').progress();
    expect(promise(world)).toEqual(before);
    expect(names(world)).toBe(1);
  });
});

describe('the next update', () => {
  test('is due again after each that the client sees, and after no other', () => {
    const world = reported();
    const due = () => promise(world)?.nextUpdate?.by;
    for (const seen of [
      () => world.as('mara').acknowledge(),
      () => world.as('mara').comment(),
      () => world.as('dora').rates('S1'),
    ]) {
      world.forward(10 * minute);
      seen();
      const text = world.ticket().severity === 'S1' ? '1h' : '4 business hours';
      expect(due()).toBe(addSpan(office, world.now(), span(text)));
    }
    world.as('mara').acknowledge();
    const before = due();
    world.forward(minute);
    world.as('mara').progress();
    world.as('otto').acknowledge();
    world.as('berta').comment();
    expect(due()).toBe(before);
  });

  test('is owed no more once it is solved, and again when it comes back', () => {
    const world = reported();
    world.as('mara').resolve();
    expect(promise(world)?.nextUpdate).toBeNull();
    world.forward(minute);
    world.as('mara').comment();
    expect(promise(world)?.nextUpdate).toBeNull();
    world.as('berta').reopen();
    expect(promise(world)?.nextUpdate?.by).toBe(world.now() + 4 * hour);
  });
});

describe('the solution', () => {
  test('is met when it is solved', () => {
    const world = reported();
    world.forward(3 * hour);
    world.as('mara').resolve();
    expect(promise(world)?.resolution).toEqual({ by: monday + day, metAt: monday + 3 * hour });
    expect(promise(world)?.firstResponse?.metAt).toBe(monday + 3 * hour);
  });

  test('that comes back has the time that was left', () => {
    const world = reported('S1');
    world.forward(3 * hour);
    world.as('mara').resolve();
    world.forward(20 * hour);
    world.as('berta').reopen();
    expect(promise(world)?.resolution).toEqual({ by: world.now() + hour, metAt: null });
    world.forward(30 * minute);
    world.as('mara').resolve();
    world.forward(minute);
    world.as('berta').reopen();
    expect(promise(world)?.resolution?.by).toBe(world.now() + 30 * minute);
  });

  test('that comes back has the business time that was left', () => {
    const world = reported('S2');
    world.forward(6 * hour);
    world.as('mara').resolve();
    const left = businessMs(office, world.now(), monday + day);
    world.forward(day + 5 * hour);
    world.as('berta').reopen();
    const by = must(promise(world)?.resolution, 'a solution').by;
    expect(businessMs(office, world.now(), by)).toBe(left);
  });

  test('that came late stays late', () => {
    const world = reported('S1');
    world.forward(5 * hour);
    world.as('mara').resolve();
    world.as('berta').reopen();
    expect(promise(world)?.resolution).toEqual({ by: monday + 4 * hour, metAt: null });
  });
});

describe('another severity', () => {
  test('counts from the report, by its own targets; what was met stays met', () => {
    const world = reported('S2');
    world.forward(hour);
    world.as('mara').acknowledge();
    world.forward(hour);
    world.as('dora').rates('S1');
    expect(promise(world)).toEqual({
      firstResponse: { by: monday + 15 * minute, metAt: monday + hour },
      nextUpdate: { by: world.now() + hour, from: world.now() },
      resolution: { by: monday + 4 * hour, metAt: null },
    });
  });

  test('of which nothing is promised takes it back, and forgets no answer', () => {
    const world = reported('S2');
    world.forward(minute);
    world.as('mara').comment();
    world.as('dora').rates('S4');
    expect(promise(world)).toBeNull();
    world.forward(hour);
    world.as('dora').rates('S3');
    expect(promise(world)?.firstResponse?.metAt).toBe(monday + minute);
  });

  test('counts nothing while it was solved', () => {
    const world = reported('S2');
    world.forward(hour);
    world.as('mara').resolve();
    world.forward(2 * hour);
    world.as('berta').reopen();
    world.as('dora').rates('S1');
    expect(promise(world)?.resolution?.by).toBe(monday + 6 * hour);
  });
});

const deeds: readonly ((world: World) => unknown)[] = [
  (world) => world.as('mara').acknowledge(),
  (world) => world.as('mara').release(),
  (world) => world.as('otto').progress(),
  (world) => world.as('otto').comment(),
  (world) => world.as('berta').comment(),
  (world) => world.as('dora').transfer('new'),
  (world) => world.as('dora').resolve(),
  (world) => world.as('dora').close(),
  (world) => world.as('berta').reopen(),
  ...severities.map((severity) => (world: World) => world.as('dora').rates(severity)),
  ...[minute, 40 * minute, 3 * hour, day].map((ms) => (world: World) => world.forward(ms)),
];

test('whatever happens, a promise is kept once and for all, and is for after the report', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...deeds), { maxLength: 20 }), (story) => {
      const world = reported('S1');
      let metAt: number | null = null;
      for (const deed of story) {
        const before = promise(world);
        const wasSolved = world.ticket().resolvedAt;
        deed(world);
        const is = promise(world);
        const { resolvedAt, reportedAt, severity } = world.ticket();
        if (metAt !== null && is?.firstResponse) expect(is.firstResponse.metAt).toBe(metAt);
        metAt ??= is?.firstResponse?.metAt ?? null;
        for (const part of [is?.firstResponse, is?.nextUpdate, is?.resolution]) {
          if (part) expect(part.by).toBeGreaterThanOrEqual(reportedAt);
        }
        if (is?.resolution) expect(is.resolution.metAt).toBe(resolvedAt);
        if (resolvedAt !== null) expect(is?.nextUpdate ?? null).toBeNull();
        expect(is === null).toBe(severity === 'S4');
        const isBack = wasSolved !== null && resolvedAt === null;
        if (before?.resolution && is?.resolution && isBack) {
          expect(is.resolution.by).toBeGreaterThanOrEqual(before.resolution.by);
        }
      }
    }),
    { numRuns: 100 },
  );
}, 30_000);
