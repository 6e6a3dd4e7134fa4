/**
 * Sends what waits: takes it by a lease, looks again whether it should still be sent, sends it, hands the outcome
 * back. A process that dies in between leaves a lease that ends, so everything is sent at least once, and a duplicate
 * replaces its twin on the screen by the collapse key.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import { withdrawals } from '@rung/domain/paging/message.ts';
import {
  collapseKey,
  type ContactMethod,
  type Notification,
  type Outcome,
} from '@rung/domain/paging/notification.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Transports } from './transport.ts';

/** Longer than any transport may take (trust.md, section 1: 10 s in all). */
const leaseMs = 15_000;
const claimSize = 50;

export type Suppressed = { readonly kind: 'suppressed'; readonly detail: string };

/** What dispatch reads and writes; the writer loop and the database behind it are wired by house.ts. */
export type Post = {
  /** Takes what is to be sent, at most `most`, for as long as the lease. */
  claim(now: Instant, leaseUntil: Instant, most: number): Promise<readonly Notification[]>;
  record(tried: { notification: string; outcome: Outcome | Suppressed }): Promise<void>;
  /** How things stand now with what the notifications are about. */
  standing(claimed: readonly Notification[]): Promise<Standing>;
};

export type Standing = {
  readonly tickets: ReadonlyMap<string, { readonly number: number; readonly title: string }>;
  /** By page: how it stands. */
  readonly pages: ReadonlyMap<string, string>;
  /** "<ticket> <contact method>": something about it was sent there, or is on its way. */
  readonly told: ReadonlySet<string>;
  readonly methods: ReadonlyMap<string, ContactMethod>;
};

export type Dispatch = {
  /** Sends everything that waits now. Answers how many notifications it settled. */
  look(): Promise<number>;
};

export function openDispatch({
  post,
  transports,
  clock,
  log,
}: {
  readonly post: Post;
  readonly transports: Transports;
  readonly clock: Clock;
  readonly log: Log;
}): Dispatch {
  async function look(): Promise<number> {
    let count = 0;
    for (;;) {
      const now = clock.now();
      const claimed = await post.claim(now, now + leaseMs, claimSize);
      if (claimed.length === 0) return count;
      const standing = await post.standing(claimed);
      // This process slept: another may have them by now, and how they stand is not known any more.
      if (clock.now() >= now + leaseMs) continue;
      await Promise.all(claimed.map((one) => deliver(one, standing)));
      count += claimed.length;
      if (claimed.length < claimSize) return count;
    }
  }

  async function deliver(notification: Notification, standing: Standing): Promise<void> {
    const reason = reasonNotToSend(notification, standing);
    const outcome: Outcome | Suppressed =
      reason === null ? await send(notification, standing) : { kind: 'suppressed', detail: reason };
    await post.record({ notification: notification.id, outcome });
  }

  async function send(notification: Notification, standing: Standing): Promise<Outcome> {
    const method = standing.methods.get(notification.method ?? '');
    const ticket = standing.tickets.get(notification.message.ticket);
    const transport = method === undefined ? undefined : transports.get(method.kind);
    if (method === undefined || ticket === undefined || transport === undefined) {
      return { kind: 'refused', detail: 'no transport' };
    }
    try {
      const outgoing = { notification, collapseKey: collapseKey(notification.message), ticket };
      return await transport.send(outgoing, method);
    } catch (error) {
      log.error('a transport threw', { notification: notification.id, error });
      return { kind: 'again', detail: 'defect' };
    }
  }

  return { look };
}

/** Why there is nothing left to say; null = send it. */
function reasonNotToSend(
  { message, method }: Notification,
  { pages, told, methods }: Standing,
): string | null {
  const broken = method === null || methods.get(method)?.brokenAt !== null;
  if (broken) return 'contact-method-broken';
  if (message.page === null) return null;
  if (withdrawals.includes(message.says)) {
    return told.has(`${message.ticket} ${method}`) ? null : 'never-sent';
  }
  if (message.id !== message.page) return null;
  const state = pages.get(message.page);
  return state === 'pending' || state === 'notifying' || state === 'unreachable' ? null : 'over';
}
