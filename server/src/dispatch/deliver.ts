/**
 * Sends what waits: takes it by a lease, looks again whether it should still be sent, sends it, hands the outcome
 * back. A process that dies in between leaves a lease that ends, so everything is sent at least once, and a duplicate
 * replaces its twin on the screen by the collapse key.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import { withdrawals } from '@rung/domain/paging/says.ts';
import {
  collapseKey,
  type ContactMethod,
  expiresAt,
  type Notification,
  type Outcome,
} from '@rung/domain/paging/notification.ts';
import { isDelivering, type PageState } from '@rung/domain/paging/page-state.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Outgoing, Transports } from './transport.ts';

/** Longer than any transport may take (trust.md, section 1: 10 s in all). */
const leaseMs = 15_000;
/** How much is on its way at once. One push service that hangs must not hold them all: its transport turns more of them away. */
const slots = 200;

export type Suppressed = { readonly kind: 'suppressed'; readonly detail: string };

/** What dispatch reads and writes; the writer loop and the database behind it are wired by house.ts. */
export type Post = {
  /** Takes what is to be sent, at most `most`, for as long as the lease. */
  claim(now: Instant, leaseUntil: Instant, most: number): Promise<readonly Notification[]>;
  record(tried: {
    readonly notification: string;
    readonly attempts: number;
    readonly address: string | null;
    readonly outcome: Outcome | Suppressed;
  }): Promise<void>;
  /** How things stand now with what the notifications are about. */
  standing(claimed: readonly Notification[]): Promise<Standing>;
};

export type Standing = {
  readonly tickets: ReadonlyMap<
    string,
    {
      readonly number: number;
      readonly title: string;
      /** When its next rung fires; null = none is armed. */
      readonly nextAt: Instant | null;
      /** Name of who has it; null = nobody. */
      readonly owner: string | null;
    }
  >;
  /** By page: how it stands. */
  readonly pages: ReadonlyMap<string, PageState>;
  /** "<ticket> <contact method>": something about it was sent there, or is on its way. */
  readonly told: ReadonlySet<string>;
  /** "<ticket> <person>": he has a page of it that he may answer. */
  readonly live: ReadonlySet<string>;
  readonly methods: ReadonlyMap<string, ContactMethod>;
  /** Tickets that still wait for a sign of somebody who was asked for one. */
  readonly asking: ReadonlySet<string>;
  /** People who may still be told something, by key. */
  readonly readers: ReadonlyMap<string, Outgoing['reader']>;
  /** Names of people that messages of no ticket are about. */
  readonly names: ReadonlyMap<string, string>;
};

export type Dispatch = {
  /** Takes what waits now, as far as there are slots, and begins to send it. Answers how much it took. */
  take(): Promise<number>;
  /** Sends everything that waits now, to its end. Answers how much it took. */
  look(): Promise<number>;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
};

export function openDispatch({
  post,
  transports,
  clock,
  log,
  freed = () => undefined,
}: {
  readonly post: Post;
  readonly transports: Transports;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when a slot is free again. */
  readonly freed?: () => void;
}): Dispatch {
  const onTheirWay = new Set<Promise<void>>();

  async function take(): Promise<number> {
    const free = slots - onTheirWay.size;
    if (free <= 0) return 0;
    const now = clock.now();
    const claimed = await post.claim(now, now + leaseMs, free);
    if (claimed.length === 0) return 0;
    const standing = await post.standing(claimed);
    // This process slept: another may have them by now, and how they stand is not known any more.
    if (clock.now() >= now + leaseMs) return 0;
    for (const one of claimed) {
      const sending = deliver(one, standing).finally(() => {
        onTheirWay.delete(sending);
        freed();
      });
      onTheirWay.add(sending);
    }
    return claimed.length;
  }

  async function look(): Promise<number> {
    let count = 0;
    await idle();
    for (;;) {
      const taken = await take();
      count += taken;
      await idle();
      if (taken < slots) return count;
    }
  }

  async function idle(): Promise<void> {
    while (onTheirWay.size > 0) await Promise.race(onTheirWay);
  }

  /** Never rejects: what could not be written is sent again when its lease ends. */
  async function deliver(notification: Notification, standing: Standing): Promise<void> {
    const { id, attempts } = notification;
    const isOver = clock.now() >= expiresAt(notification);
    const reason = reasonNotToSend(notification, standing) ?? (isOver ? 'expired' : null);
    const outcome: Outcome | Suppressed =
      reason === null ? await send(notification, standing) : { kind: 'suppressed', detail: reason };
    const address = standing.methods.get(notification.method ?? '')?.address ?? null;
    try {
      await post.record({ notification: id, attempts, address, outcome });
    } catch (error) {
      log.error('the outcome of a notification could not be written', { notification: id, error });
    }
  }

  async function send(notification: Notification, standing: Standing): Promise<Outcome> {
    const method = standing.methods.get(notification.method ?? '');
    const outgoing = outgoingOf(notification, standing);
    const transport = method === undefined ? undefined : transports.get(method.kind);
    if (method === undefined || outgoing === null || transport === undefined) {
      return { kind: 'refused', detail: 'no transport' };
    }
    try {
      return await transport.send(outgoing, method);
    } catch (error) {
      log.error('a transport threw', { notification: notification.id, error });
      return { kind: 'again', detail: 'defect' };
    }
  }

  return {
    take,
    look,
    idle,
  };
}

/** With the words and numbers that its reader knows; null = it is about a ticket of which nothing is known. */
function outgoingOf(
  notification: Notification,
  { tickets, pages, readers, names }: Standing,
): Outgoing | null {
  const { message } = notification;
  const ticket = message.ticket === null ? null : tickets.get(message.ticket);
  const reader = readers.get(message.person);
  if (ticket === undefined || reader === undefined) return null;
  const { subject } = message;
  const isLive = message.says === 'page' && isToDeliver(message.page, pages);
  return {
    notification,
    collapseKey: collapseKey(message),
    ticket: ticket && {
      number: ticket.number,
      title: ticket.title,
      answerBy: isLive ? ticket.nextAt : null,
      owner: ticket.owner,
    },
    reader,
    subject: subject === null ? null : (names.get(subject) ?? subject),
  };
}

function isToDeliver(page: string | null, pages: Standing['pages']): boolean {
  const state = page === null ? undefined : pages.get(page);
  return state !== undefined && isDelivering(state);
}

/** Why there is nothing left to say; null = send it. */
function reasonNotToSend(
  { message, method }: Notification,
  { pages, told, live, methods, asking, readers }: Standing,
): string | null {
  if (!readers.has(message.person)) return 'no-longer-permitted';
  const broken = method === null || methods.get(method)?.brokenAt !== null;
  if (broken) return 'contact-method-broken';
  if (message.says === 'still-on-it') return asking.has(message.ticket ?? '') ? null : 'over';
  if (message.page === null) return null;
  if (withdrawals.includes(message.says)) {
    // It would take the place of the newer one (push has no order), and say that somebody has it.
    if (live.has(`${message.ticket} ${message.person}`)) return 'asked-anew';
    return told.has(`${message.ticket} ${method}`) ? null : 'never-sent';
  }
  return isToDeliver(message.page, pages) ? null : 'over';
}
