import { expect, test } from 'vitest';
import { pauseOf } from './retry-after.ts';

const theirs = 'Sun, 22 Nov 2026 02:00:00 GMT';
const ours = Date.parse('2026-11-22T03:00:00Z');
const day = 24 * 60 * 60_000;

test.each([
  // Seconds.
  ['120', 120_000],
  [' 5 ', 5000],
  ['0', 1000],
  ['000060', 60_000],
  ['999999999', day],
  ['9'.repeat(400), day],
  // A moment, by the clock of whoever says it.
  ['Sun, 22 Nov 2026 02:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 01:00:00 GMT', 1000],
  ['Sun, 22 Nov 2099 02:00:00 GMT', day],
  // Neither.
  [null, 30_000],
  ['', 30_000],
  ['soon', 30_000],
  ['12 minutes', 30_000],
  ['\u0661\u0662', 30_000],
])('"%s" is %i ms', (retryAfter, afterMs) => {
  expect(pauseOf(retryAfter, theirs, ours)).toBe(afterMs);
});

test.each([null, '', 'today'])('a moment counts by our clock where theirs says "%s"', (date) => {
  expect(pauseOf('Sun, 22 Nov 2026 03:00:45 GMT', date, ours)).toBe(45_000);
});
