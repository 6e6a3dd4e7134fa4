import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ulid } from '@rung/protocol/text.ts';
import { decodeTime } from 'ulid';
import * as v from 'valibot';
import { idOf } from './ids.ts';
import { monday } from './test-log.ts';

const moments = fc.integer({ min: 0, max: 253_402_300_799_999 });

test('the same line of the same log has the same id each time, a ULID of its moment', () => {
  fc.assert(
    fc.property(moments, fc.string(), fc.nat(), (at, number, line) => {
      const id = idOf(at, number, line);
      expect(idOf(at, number, line)).toBe(id);
      expect(v.is(ulid, id)).toBe(true);
      expect(decodeTime(id)).toBe(Math.max(at, 1));
    }),
  );
});

test('lines, incidents, and the commands of one line differ', () => {
  const lines = Array.from({ length: 2000 }, (_, line) => line);
  const ids = [
    ...lines.map((line) => idOf(monday, 'INC0000045', line)),
    ...lines.map((line) => idOf(monday, 'INC0000046', line)),
    ...lines.map((line) => idOf(monday, 'INC0000045', line, 0)),
    ...lines.map((line) => idOf(monday, 'INC0000045', line, 1)),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('what it is made of does not run together', () => {
  const ids = [idOf(monday, 'INC1', 12), idOf(monday, 'INC11', 2), idOf(monday, 'INC1', 1, 2)];
  expect(new Set([...ids, idOf(monday, 'INC1', '12')]).size).toBe(4);
});

test('ids sort by time, whatever they are made of', () => {
  const lines = [9, 1, 5];
  const ids = lines.map((line, n) => idOf(monday + n * 60_000, 'INC1', line));
  expect(ids.toSorted()).toEqual(ids);
});

test('a moment before 1970 has an id, too', () => {
  expect(v.is(ulid, idOf(Date.UTC(1900, 0, 1), 'INC1', 2))).toBe(true);
});
