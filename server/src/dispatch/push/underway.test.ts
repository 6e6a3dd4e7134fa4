import { expect, test } from 'vitest';
import { isStuck, nothing, type Underway, withOneLess, withOneMore } from './underway.ts';

const open = (count: number, at = 0): Underway =>
  Array.from({ length: count }).reduce<Underway>((before) => withOneMore(before, at), nothing);

test('a host hangs with 20 open sends and two silent seconds', () => {
  expect(isStuck(open(19), 60_000)).toBe(false);
  expect(isStuck(open(20), 1999)).toBe(false);
  expect(isStuck(open(20), 2000)).toBe(true);
  expect(isStuck(withOneLess(open(20)), 2000)).toBe(false);
});

test('its silence begins with the oldest, or with its last answer', () => {
  expect(isStuck(withOneMore(open(19), 2000), 2000)).toBe(true);
  expect(isStuck({ ...open(20), silentSince: 1000 }, 2999)).toBe(false);
  expect(isStuck(open(20, 500), 2000)).toBe(false);
});
