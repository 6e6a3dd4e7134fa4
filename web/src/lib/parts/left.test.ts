import { expect, test } from 'vitest';
import { leftWords, roughly } from './left.ts';

const minute = 60_000;
const hour = 60 * minute;

test.each([
  [0, '0:00'],
  [2 * minute + 40_001, '2:41'],
  [10 * minute - 1, '10:00'],
  [10 * minute, '10 min'],
  [47 * minute + 1, '48 min'],
  [60 * minute, '1 h'],
  [65 * minute, '1 h 05'],
  [88 * minute, '1 h 28'],
  [47 * hour, '47 h'],
  [72 * hour, '3 d'],
])('%i ms left are said as %s', (ms, said) => {
  expect(leftWords(ms)).toBe(said.replaceAll(' ', '\u00a0'));
});

test('what is over is told in minutes from its first one on', () => {
  expect(roughly(20_000)).toBe('1\u00a0min');
  expect(roughly(21 * minute)).toBe('21\u00a0min');
});
