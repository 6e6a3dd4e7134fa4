import { ulid } from '@rung/protocol/text.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { ulidFrom } from './ulid.ts';

const moment = fc.integer({ min: 0, max: 253_402_300_799_999 });
const chance = fc.uint8Array({ minLength: 10, maxLength: 10 });

test('is what the wire takes for a ULID', () => {
  fc.assert(
    fc.property(moment, chance, (at, bytes) => {
      expect(v.is(ulid, ulidFrom(at, bytes))).toBe(true);
    }),
  );
});

test('is the one of the specification', () => {
  const ones = new Uint8Array(10).fill(255);
  expect(ulidFrom(1_469_918_176_385, ones)).toBe('01ARYZ6S41ZZZZZZZZZZZZZZZZ');
  expect(ulidFrom(0, new Uint8Array(10))).toBe('00000000000000000000000000');
});

test('sorts by time, whatever the chance', () => {
  fc.assert(
    fc.property(moment, chance, chance, (at, one, other) => {
      expect(ulidFrom(at, one) < ulidFrom(at + 1, other)).toBe(true);
    }),
  );
});

test('takes ten bytes and no other number', () => {
  expect(() => ulidFrom(0, new Uint8Array(9))).toThrow('10 bytes');
});
