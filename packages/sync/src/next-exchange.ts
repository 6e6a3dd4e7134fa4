/** Bounds of the wait between two tries to reach the server, ms (sync.md, section 5). */
export const shortestWaitMs = 1_000;
export const longestWaitMs = 5 * 60_000;

/** What the last tries taught us. */
export type Tries = {
  /** Tries that failed since the last that did not; 0 = the next one need not wait. */
  readonly failures: number;
  /** What the server asked for in Retry-After, ms; null = nothing. */
  readonly retryAfterMs: number | null;
  /** Drawn by the caller, at least 0 and below 1: spreads phones that lost the same server. */
  readonly lot: number;
};

/**
 * How long to wait before the next try, whole ms: 0 after a success, else between `shortestWaitMs` and `longestWaitMs`.
 * The ceiling doubles with each failure and the lot falls in its upper half, so that waits grow and still differ.
 * A wish of the server is kept: never earlier, and at most a fifth later. It is cut at `longestWaitMs` too, because a
 * person who waits for the report to leave must not depend on one wrong header.
 */
export function nextExchange({ failures, retryAfterMs, lot }: Tries): number {
  if (failures === 0) return 0;
  const ceiling = Math.min(longestWaitMs, 2 * shortestWaitMs * 2 ** Math.min(failures - 1, 20));
  const ownWait = (ceiling / 2) * (1 + lot);
  const asked = retryAfterMs === null ? 0 : retryAfterMs * (1 + lot / 5);
  return Math.round(Math.min(longestWaitMs, Math.max(ownWait, asked)));
}
