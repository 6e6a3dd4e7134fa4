import { expect, test } from 'vitest';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { isKept } from './acting.ts';

const row = (...uids: readonly string[]) =>
  ({ id: 'a', waiting: uids.map((uid) => ({ uid })) }) as unknown as HeldTicket;

test('what was done is kept from the moment that it has an id until the row tells of it', () => {
  const before = row('earlier');
  expect(isKept({ uid: null, row: before }, before)).toBe(false);
  expect(isKept({ uid: 'now', row: before }, before)).toBe(true);
  expect(isKept({ uid: 'now', row: before }, row('earlier', 'now'))).toBe(false);
});

test('what was done twice under one id is told by the row already', () => {
  const before = row('now');
  expect(isKept({ uid: 'now', row: before }, before)).toBe(false);
});

test('a row that was read since is the newer word, though nothing waits on it', () => {
  expect(isKept({ uid: 'now', row: row() }, row())).toBe(false);
});
