import type { Instant } from '../base/time.ts';
import { isOpen, type Promises, type Ticket } from './ticket.ts';

export type NextPromise = {
  readonly what: keyof Promises;
  readonly by: Instant;
  /** When its time began. */
  readonly from: Instant;
};

type Promised = Pick<Ticket, 'phase' | 'promise' | 'reportedAt'>;

/** What must be kept next of all that the client is promised and that was not kept yet; null = nothing. */
export function nextPromise(ticket: Promised): NextPromise | null {
  const { promise, reportedAt } = ticket;
  if (promise === null || !isOpen(ticket)) return null;
  const { firstResponse, nextUpdate, resolution } = promise;
  const open: NextPromise[] = [];
  const add = (what: NextPromise['what'], by: Instant, from: Instant) =>
    open.push({ what, by, from });
  if (firstResponse?.metAt === null) add('firstResponse', firstResponse.by, reportedAt);
  if (nextUpdate !== null) add('nextUpdate', nextUpdate.by, nextUpdate.from);
  if (resolution?.metAt === null) add('resolution', resolution.by, reportedAt);
  return open.reduce<NextPromise | null>(
    (first, one) => (first === null || one.by < first.by ? one : first),
    null,
  );
}

/**
 * Whether what is promised next was not kept in time, or has no more than the last quarter of its time left. By the wall
 * clock: a device holds no calendars.
 */
export function isAtRisk(ticket: Promised, now: Instant): boolean {
  const next = nextPromise(ticket);
  return next !== null && now >= next.by - (next.by - Math.min(next.from, next.by)) / 4;
}
