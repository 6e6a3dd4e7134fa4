import type { Instant } from '../base/time.ts';

/** What a device says about when its person acted. */
export type Claim = {
  /** The device's wall clock when he acted. */
  readonly wall: Instant;
  /** Server minus device clock, ms, as measured at the contact before he acted; null = there was none. */
  readonly offsetBefore: number | null;
  /** The same, at the contact that brought the command. */
  readonly offsetAfter: number;
};

/** Two measured offsets that differ by more than this cannot both be true: the clock was moved in between. */
const mostDrift = 60_000;

/**
 * When he acted, as far as it can be believed: his wall clock put right by the offsets, never before `lower` (what
 * the server knows must have come first) and never after `recordedAt`. Of two offsets that agree, the one that
 * credits less counts. `isFlagged`: the clock was moved; rules must use `recordedAt`, the claim is only shown.
 * (domain.md, section 6, "Claimed times".)
 */
export function claimedAt(
  { wall, offsetBefore, offsetAfter }: Claim,
  lower: Instant,
  recordedAt: Instant,
): { readonly at: Instant; readonly isFlagged: boolean } {
  const offset = Math.max(offsetBefore ?? offsetAfter, offsetAfter);
  const at = Math.min(Math.max(wall + offset, lower), recordedAt);
  const isFlagged = offsetBefore !== null && Math.abs(offsetBefore - offsetAfter) > mostDrift;
  return { at, isFlagged };
}
