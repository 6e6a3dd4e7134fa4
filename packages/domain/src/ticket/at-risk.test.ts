import { describe, expect, test } from 'vitest';
import { must } from '../base/must.ts';
import { withChanges } from '../directory/directory.ts';
import { spanOf } from '../directory/notation.ts';
import { company } from '../escalation/test-company.ts';
import { hour, minute, newWorld } from '../escalation/test-world.ts';
import { isAtRisk, nextPromise } from './at-risk.ts';
import type { Promises } from './ticket.ts';

const reported = { phase: 'open', reportedAt: 1000 } as const;
const nothing: Promises = { firstResponse: null, nextUpdate: null, resolution: null };
const promised = (promise: Partial<Promises> | null, more: object = {}) => ({
  ...reported,
  promise: promise && { ...nothing, ...promise },
  ...more,
});
const directory = withChanges(company, company.version + 1, [
  {
    ...{ kind: 'contract', key: 'gold', before: null },
    after: {
      ...{ name: 'Bakery', client: 'bakery', calendar: null, policies: {} },
      targets: { S2: { nextUpdate: must(spanOf('1h'), 'an hour') } },
    },
  },
]);
const unmet = (by: number) => ({ by, metAt: null });

describe('what is promised next', () => {
  test('is the earliest that was not kept', () => {
    const all = {
      firstResponse: unmet(1400),
      nextUpdate: { by: 1300, from: 1000 },
      resolution: unmet(5000),
    };
    expect(nextPromise(promised(all))).toMatchObject({ what: 'nextUpdate', by: 1300 });
    const kept = { ...all, firstResponse: { by: 1200, metAt: 1100 } };
    expect(nextPromise(promised({ ...kept, nextUpdate: null }))).toMatchObject({
      what: 'resolution',
      by: 5000,
    });
  });

  test('is nothing where nothing is promised, all is kept, or it is over', () => {
    expect(nextPromise(promised(null))).toBeNull();
    expect(nextPromise(promised({ resolution: { by: 2000, metAt: 1500 } }))).toBeNull();
    expect(nextPromise(promised({ resolution: unmet(2000) }, { phase: 'resolved' }))).toBeNull();
  });
});

describe('a promise is at risk', () => {
  test.each([
    [1749, false],
    [1750, true],
    [2500, true],
  ])('in the last quarter of its time, and after it: at %i %s', (now, is) => {
    expect(isAtRisk(promised({ resolution: unmet(2000) }), now)).toBe(is);
  });

  test('an update counted from the one before', () => {
    const world = newWorld({ directory });
    world.report({ severity: 'S2' }, 'berta');
    world.as('mara').acknowledge();
    for (let n = 0; n < 6; n += 1) {
      world.forward(hour / 2);
      world.as('mara').comment();
    }
    expect(isAtRisk(world.ticket(), world.now())).toBe(false);
    expect(isAtRisk(world.ticket(), world.now() + 44 * minute)).toBe(false);
    expect(isAtRisk(world.ticket(), world.now() + 45 * minute)).toBe(true);
  });

  test('never where nothing is promised', () => {
    expect(isAtRisk(promised(null), 9e9)).toBe(false);
  });
});
