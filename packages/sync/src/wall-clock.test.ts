import { instant } from '@rung/protocol/text.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { wallClock } from './wall-clock.ts';

test('the wire takes what any clock says', () => {
  const clock = fc.double({ noNaN: true });
  fc.assert(fc.property(clock, (at) => v.is(instant, wallClock(at))));
  fc.assert(fc.property(fc.maxSafeInteger(), (at) => v.is(instant, wallClock(at))));
  const right = fc.integer({ min: 0, max: 253_402_300_799_999 });
  fc.assert(fc.property(right, (at) => wallClock(at) === at));
  expect([wallClock(-1), wallClock(1e15), wallClock(1.5)]).toEqual([0, 253_402_300_799_999, 1]);
});
