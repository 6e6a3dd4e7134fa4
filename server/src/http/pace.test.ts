import { expect, test } from 'vitest';
import { openPace } from './pace.ts';

const everyMs = 10_000;

function paceAt(atOnce: number) {
  const clock = { at: 0, now: () => clock.at };
  return { clock, pace: openPace({ atOnce, everyMs }, clock) };
}

test('one at once, and then one in ten seconds, each for itself', () => {
  const { clock, pace } = paceAt(1);
  expect([pace.take('a'), pace.take('a'), pace.take('b')]).toEqual([0, 10, 0]);
  clock.at = 9001;
  expect(pace.take('a')).toBe(1);
  clock.at = 10_000;
  expect([pace.take('a'), pace.take('a')]).toEqual([0, 10]);
});

test('who asks too soon waits no longer for it', () => {
  const { clock, pace } = paceAt(2);
  for (let n = 0; n < 100; n += 1) pace.take('a');
  clock.at = 10_000;
  expect([pace.take('a'), pace.take('a')]).toEqual([0, 10]);
  clock.at = 30_000;
  expect([pace.take('a'), pace.take('a'), pace.take('a')]).toEqual([0, 0, 10]);
});

test('a clock that jumped back keeps nobody waiting longer than one that stands', () => {
  const { clock, pace } = paceAt(1);
  clock.at = 1_000_000;
  pace.take('a');
  clock.at = 0;
  expect(pace.take('a')).toBe(10);
});
