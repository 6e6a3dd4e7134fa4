import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, claimedAt } from './claimed-at.ts';

const minute = 60_000;
const recordedAt = 100 * minute;

describe('when he acted', () => {
  test.each([
    ['by a clock that is right', { wall: 50 * minute }, 50],
    [
      'by one that was slow at both contacts',
      { offsetBefore: 5 * minute, offsetAfter: 5 * minute },
      55,
    ],
    [
      'by one that was fast at both contacts',
      { offsetBefore: -5 * minute, offsetAfter: -5 * minute },
      45,
    ],
    ['by the later of two offsets that agree', { offsetBefore: 0, offsetAfter: minute }, 51],
    ['whichever came first', { offsetBefore: minute, offsetAfter: 0 }, 51],
    ['by the one offset there is', { offsetBefore: null, offsetAfter: 2 * minute }, 52],
    ['not before what must have come first', { wall: 10 * minute }, 20],
    ['not in the future', { wall: 200 * minute }, 100],
  ])('%s', (_, claim, minutes) => {
    const whole = { wall: 50 * minute, offsetBefore: 0, offsetAfter: 0, ...claim };
    expect(claimedAt(whole, 20 * minute, recordedAt).at).toBe(minutes * minute);
  });

  test('is when it arrived where even what must have come first is later', () => {
    const claim = { wall: 50 * minute, offsetBefore: 0, offsetAfter: 0 };
    expect(claimedAt(claim, recordedAt + minute, recordedAt).at).toBe(recordedAt);
  });
});

const instant = fc.integer({ min: -1e12, max: 4e12 });
const offset = fc.oneof(fc.integer({ min: -2 * minute, max: 2 * minute }), instant);
const claim: fc.Arbitrary<Claim> = fc.record({
  wall: instant,
  offsetBefore: fc.option(offset),
  offsetAfter: offset,
});

test('he never acted after it arrived, nor before what came first', () => {
  fc.assert(
    fc.property(claim, instant, instant, (said, lower, arrived) => {
      const { at } = claimedAt(said, lower, arrived);
      expect(at).toBeLessThanOrEqual(arrived);
      expect(at).toBeGreaterThanOrEqual(Math.min(lower, arrived));
    }),
  );
});

test('a clock that was moved by more than 60 s in between is flagged, and only that', () => {
  fc.assert(
    fc.property(claim, instant, instant, (said, lower, arrived) => {
      const { offsetBefore, offsetAfter } = said;
      const isMoved = offsetBefore !== null && Math.abs(offsetBefore - offsetAfter) > minute;
      expect(claimedAt(said, lower, arrived).isFlagged).toBe(isMoved);
    }),
  );
});

test('moving the clock never credits more than the truer offset does', () => {
  fc.assert(
    fc.property(claim, instant, instant, (said, lower, arrived) => {
      const alone = { ...said, offsetBefore: null };
      const { at } = claimedAt(said, lower, arrived);
      expect(at).toBeGreaterThanOrEqual(claimedAt(alone, lower, arrived).at);
    }),
  );
});
