import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestWaitMs, nextExchange, shortestWaitMs } from './next-exchange.ts';

const failures = fc.integer({ min: 1, max: 10_000 });
const lot = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const wish = fc.option(fc.integer({ min: 0, max: 86_400_000 }));

describe('the wait before the next exchange', () => {
  test('is nothing after a success', () => {
    fc.assert(
      fc.property(lot, wish, (lot, retryAfterMs) => {
        expect(nextExchange({ failures: 0, retryAfterMs, lot })).toBe(0);
      }),
    );
  });

  test('stays between one second and five minutes, in whole milliseconds', () => {
    fc.assert(
      fc.property(failures, wish, lot, (failures, retryAfterMs, lot) => {
        const wait = nextExchange({ failures, retryAfterMs, lot });
        expect(wait).toBeGreaterThanOrEqual(shortestWaitMs);
        expect(wait).toBeLessThanOrEqual(longestWaitMs);
        expect(Number.isInteger(wait)).toBe(true);
      }),
    );
  });

  test('never shrinks as failures add up, for the same lot', () => {
    fc.assert(
      fc.property(failures, lot, (failures, lot) => {
        const now = nextExchange({ failures, retryAfterMs: null, lot });
        const later = nextExchange({ failures: failures + 1, retryAfterMs: null, lot });
        expect(later).toBeGreaterThanOrEqual(now);
      }),
    );
  });

  test('is never shorter than the server asked for, up to five minutes', () => {
    fc.assert(
      fc.property(
        failures,
        fc.integer({ min: 0, max: longestWaitMs }),
        lot,
        (failures, retryAfterMs, lot) => {
          expect(nextExchange({ failures, retryAfterMs, lot })).toBeGreaterThanOrEqual(
            retryAfterMs,
          );
        },
      ),
    );
  });

  test.each([
    { failures: 1, lot: 0, wait: 1_000 },
    { failures: 1, lot: 0.5, wait: 1_500 },
    { failures: 4, lot: 0, wait: 8_000 },
    { failures: 50, lot: 0.99, wait: 298_500 },
  ])('after $failures failures with lot $lot it is $wait ms', ({ failures, lot, wait }) => {
    expect(nextExchange({ failures, retryAfterMs: null, lot })).toBe(wait);
  });
});
