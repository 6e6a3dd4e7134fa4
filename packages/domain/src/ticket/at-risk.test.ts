import { describe, expect, test } from 'vitest';
import { isAtRisk, nextPromise } from './at-risk.ts';
import type { Promises } from './ticket.ts';

const reported = { phase: 'open', reportedAt: 1000, respondedAt: null, ownedSince: null } as const;
const nothing: Promises = { firstResponse: null, nextUpdate: null, resolution: null };
const promised = (promise: Partial<Promises> | null, more: object = {}) => ({
  ...reported,
  promise: promise && { ...nothing, ...promise },
  ...more,
});
const unmet = (by: number) => ({ by, metAt: null });

describe('what is promised next', () => {
  test('is the earliest that was not kept', () => {
    const all = { firstResponse: unmet(1400), nextUpdate: { by: 1300 }, resolution: unmet(5000) };
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

  test('an update counted from when somebody took it', () => {
    const taken = promised({ nextUpdate: { by: 3000 } }, { respondedAt: 2000, ownedSince: 2000 });
    expect(isAtRisk(taken, 2700)).toBe(false);
    expect(isAtRisk(taken, 2800)).toBe(true);
  });

  test('never where nothing is promised', () => {
    expect(isAtRisk(promised(null), 9e9)).toBe(false);
  });
});
