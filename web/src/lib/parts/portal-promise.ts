/** What a client was promised, as it stands now: which promise comes next, how each of them runs, and how a list is sorted by them. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { PortalEntry, PortalTicket } from '#lib/state/portal.svelte.ts';

export type PromiseName = 'answer' | 'news' | 'solve';
export type Next = { readonly name: PromiseName; readonly by: Instant };

/** Of what is not kept yet the first; null = nothing more is promised. */
export function nextPromise({ promise }: PortalTicket): Next | null {
  if (promise === null) return null;
  const { firstResponse, nextUpdate, resolution } = promise;
  const open: Next[] = [];
  if (firstResponse?.metAt === null) open.push({ name: 'answer', by: firstResponse.by });
  if (nextUpdate) open.push({ name: 'news', by: nextUpdate.by });
  if (resolution?.metAt === null) open.push({ name: 'solve', by: resolution.by });
  return open.sort((one, other) => one.by - other.by)[0] ?? null;
}

/** Open ones by what is promised next, then those without a promise; and those that are solved, the newest first. */
export function byPromise(tickets: readonly PortalTicket[]): {
  readonly open: readonly PortalTicket[];
  readonly over: readonly PortalTicket[];
} {
  const by = (ticket: PortalTicket): number => nextPromise(ticket)?.by ?? Infinity;
  const newest = tickets.toSorted((one, other) => other.number - one.number);
  return {
    // Infinity less itself is no number.
    open: newest
      .filter(({ state }) => state !== 'solved')
      .toSorted((one, other) => (by(one) === by(other) ? 0 : by(one) - by(other))),
    over: newest.filter(({ state }) => state === 'solved'),
  };
}

export type PromiseClock = {
  readonly name: PromiseName;
  readonly by: Instant;
  readonly kind: 'runs' | 'late' | 'met' | 'met-late';
  /** How long it is still, how late it is, or how long it took, ms. */
  readonly ms: number;
  /** Of what was met late: by how much, ms. Else 0. */
  readonly lateMs: number;
  /** How much of its time is gone, 0 to 1. */
  readonly gone: number;
};

/** A clock for each part that was promised. The next news counts from the last thing that we let the client know. */
export function clocksOf(
  { promise, reportedAt }: PortalTicket,
  entries: readonly PortalEntry[],
  now: Instant,
): readonly PromiseClock[] {
  const lastNews = entries.findLast(({ author, at }) => author.who === 'us' && at <= now)?.at;
  const clock = (
    name: PromiseName,
    { by, metAt = null }: { readonly by: Instant; readonly metAt?: Instant | null },
    from: Instant,
  ): PromiseClock => {
    const at = metAt ?? now;
    const isLate = at > by;
    const gone = by <= from ? 1 : Math.min(1, Math.max(0, (at - from) / (by - from)));
    if (metAt !== null) {
      const lateMs = Math.max(0, metAt - by);
      return { name, by, kind: isLate ? 'met-late' : 'met', ms: metAt - from, lateMs, gone };
    }
    return { name, by, kind: isLate ? 'late' : 'runs', ms: Math.abs(by - now), lateMs: 0, gone };
  };
  return [
    ...(promise?.resolution ? [clock('solve', promise.resolution, reportedAt)] : []),
    ...(promise?.nextUpdate
      ? [clock('news', promise.nextUpdate, Math.max(lastNews ?? reportedAt, reportedAt))]
      : []),
    ...(promise?.firstResponse ? [clock('answer', promise.firstResponse, reportedAt)] : []),
  ];
}
