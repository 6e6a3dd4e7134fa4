import { expect, test } from 'vitest';
import { ageOf, lengthOf } from './length.ts';

test.each([
  [0, '0 s'],
  [3412, '3.4 s'],
  [7000, '7 s'],
  [48_200, '48 s'],
  [700_000, '12 min'],
  [18_000_000, '5 h'],
  [-20, '0 s'],
])('%i ms are %s', (ms, said) => {
  expect(lengthOf(ms, 'en')).toBe(said.replace(' ', '\u00a0'));
});

test('in German, with a comma', () => {
  expect(lengthOf(3412, 'de')).toBe('3,4\u00a0s');
});

test.each([
  [-5000, '1\u00a0min'],
  [90_000, '1\u00a0min'],
  [700_000, '11\u00a0min'],
  [7_200_000, '2\u00a0h'],
  [172_800_000, '2 days'],
  [864_000_000, '10 days'],
])('%i ms ago is %s old', (ms, said) => {
  expect(ageOf(ms, 'en')).toBe(said);
});
