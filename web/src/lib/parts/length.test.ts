import { expect, test } from 'vitest';
import { lengthOf } from './length.ts';

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
