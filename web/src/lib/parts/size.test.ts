import { expect, test } from 'vitest';
import { sizeOf } from './size.ts';

test.each([
  [0, '1 kB'],
  [999, '1 kB'],
  [230_400, '230 kB'],
  [1_380_000, '1.4 MB'],
  [20_971_520, '21 MB'],
])('%i bytes are %s', (bytes, said) => {
  expect(sizeOf(bytes, 'en')).toBe(said.replace(' ', '\u00a0'));
});

test('in German, with a comma', () => {
  expect(sizeOf(1_380_000, 'de')).toBe('1,4\u00a0MB');
});
