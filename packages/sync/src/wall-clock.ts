import type { Instant } from '@rung/domain/base/time.ts';

/** The last millisecond of the year 9999, as the wire's `instant` has it. */
const lastAt = 253_402_300_799_999;

/**
 * A device's clock as the wire takes it: whole, between 1970 and 9999. One that says anything else (an empty battery, a
 * slip of the finger) is as wrong as before, but what was done with it still goes, and its offset puts it right.
 */
export function wallClock(at: number): Instant {
  return Math.min(lastAt, Math.max(0, Math.trunc(at)));
}
