import { expect, test } from 'vitest';
import { openVisits, stayMs } from './visits.ts';

test('a visitor stays for a while after his page is closed, and goes when he is somebody else', () => {
  const visits = openVisits();
  expect([...visits.now(['mara'], 0)]).toEqual(['mara']);
  expect([...visits.now([], stayMs - 1)]).toEqual(['mara']);
  expect([...visits.now([], stayMs)]).toEqual([]);
  visits.came('lena', stayMs);
  expect([...visits.now([], stayMs)]).toEqual(['lena']);
  visits.left('lena');
  expect([...visits.now([], stayMs)]).toEqual([]);
});
