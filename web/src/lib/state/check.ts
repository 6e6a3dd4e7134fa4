/** A check that somebody asked for here, from the tap to the screen. The buttons call it a test page. */

import type { Instant } from '@rung/domain/base/time.ts';

export type Check = {
  /** When the server sends it, by this device's clock. */
  readonly sendsAt: Instant;
  /** What the server knew before: when this device had last shown something. */
  readonly before: Instant | null;
  /** null = it was not seen yet. `ms` null = it was, but nobody knows when. */
  readonly shown: { readonly ms: number | null } | null;
};

/** Longer than a good one takes, ms; a phone that sleeps needs some seconds. */
export const lateMs = 60_000;

/** Whether it was sent so long ago that something must be wrong. */
export function isOverdue({ sendsAt, shown }: Check, now: Instant): boolean {
  return shown === null && now - sendsAt > lateMs;
}

/** The worker says that it showed something at `at`, by the same clock. What it showed before this was sent is another one. */
export function sawIt(check: Check, at: Instant): Check {
  const isIt = check.shown === null && at >= check.sendsAt;
  return isIt ? { ...check, shown: { ms: at - check.sendsAt } } : check;
}

/** The server says when this device last showed something: whoever locked his phone missed what the worker said. */
export function heardOfIt(
  check: Check,
  known: { readonly shownAt: Instant | null; readonly latencyMs: number | null } | null,
): Check {
  const isIt = check.shown === null && known !== null && known.shownAt !== check.before;
  return isIt && known.shownAt !== null ? { ...check, shown: { ms: known.latencyMs } } : check;
}
