import type { Instant } from '../base/time.ts';
import { receiptWithinMs } from '../escalation/defaults.ts';
import { type Message, withdrawals } from './message.ts';

/** A way to reach a person: a browser that takes pushes, an address. */
export type ContactMethod = {
  readonly id: string;
  readonly person: string;
  readonly kind: string;
  /** Text in the form that the transport of this kind wrote. */
  readonly address: string;
  /** Since when nothing gets through; null = it works, as far as is known. */
  readonly brokenAt: Instant | null;
};

/**
 * One message to one contact method.
 *
 *     queued ──▶ accepted ──▶ displayed
 *       │ ▲
 *       ▼ │ again
 *     retrying ──a day──▶ failed          suppressed: there was nothing left to say, and why
 */
export type Notification = {
  /** `<message>/<n>`: the n-th method the message goes to. */
  readonly id: string;
  readonly message: Message;
  /** null = the person has none; then it is suppressed. */
  readonly method: string | null;
  readonly state: 'queued' | 'retrying' | 'accepted' | 'displayed' | 'failed' | 'suppressed';
  /** Why it was suppressed or failed, or what the transport said last; null = nothing to say. */
  readonly detail: string | null;
  readonly attempts: number;
  readonly createdAt: Instant;
  /** When it is to be sent next; null = it is not. */
  readonly nextAttemptAt: Instant | null;
};

/** What a transport can say. `gone`: this contact method is dead for ever; `again`: not now. */
export type Outcome =
  | { readonly kind: 'accepted' | 'displayed' }
  | { readonly kind: 'gone' | 'refused' | 'again'; readonly detail: string };

/** Messages of one ticket to one person replace each other on his screen: at most 32 characters (RFC 8030, Topic). */
export function collapseKey({ ticket }: Pick<Message, 'ticket'>): string {
  return ticket;
}

/**
 * The notifications that a message begins with. A page goes to the person's first method, the next one follows when
 * that shows no sign of him; whatever must not be missed or must not stay goes to all; news goes to the first.
 */
export function notify(
  message: Message,
  methods: readonly ContactMethod[],
  now: Instant,
): readonly Notification[] {
  const usable = methods.filter((method) => method.brokenAt === null);
  const isForAll = message.says === 'still-on-it' || withdrawals.includes(message.says);
  const chosen = isForAll ? usable : usable.slice(0, 1);
  if (chosen.length === 0) return [suppressed(message, now)];
  return chosen.map((method, n) => queued(message, method, n + 1, now));
}

/** A page whose notifications so far brought no sign: the next method; null = there is none left. */
export function notifyNext(
  message: Message,
  sent: readonly Notification[],
  methods: readonly ContactMethod[],
  now: Instant,
): Notification | null {
  const next = methods.find(
    (method) => method.brokenAt === null && !sent.some((one) => one.method === method.id),
  );
  return next === undefined ? null : queued(message, next, sent.length + 1, now);
}

/** A page that is tried again and again, by its last contact method: looked at again after this, ms, to be sure. */
export const tryingMs = 60_000;

/** How long the first try may take before the page's next contact method is tried beside it, ms. */
export const sendWithinMs = 10_000;

/**
 * When the page needs looking at again; null = somebody saw it, or nothing more can be done for it. A method that has
 * failed is given up at once, one that accepted has its time to show a sign, one that was not sent yet gets 10 s.
 */
export function pageDueAt(
  { severity }: Pick<Message, 'severity'>,
  sent: readonly Notification[],
  now: Instant,
  acceptedAt: Instant | null,
): Instant | null {
  if (sent.some((one) => one.state === 'displayed')) return null;
  if (sent.some((one) => one.state === 'queued' || one.state === 'retrying')) {
    return now + sendWithinMs;
  }
  return sent.at(-1)?.state === 'accepted' && acceptedAt !== null
    ? acceptedAt + receiptWithinMs[severity]
    : now;
}

const pauses = [500, 1000, 2000, 4000, 8000] as const;
const longestPause = 30_000;
/** As long as a push service keeps one at most (trust.md, section 1). */
const mostMs = 24 * 60 * 60_000;

/**
 * The notification after a try at `now`. What did not work now is tried again, longer each time, then every 30 s, for a
 * day: that the world does not answer says nothing about the person. `lot` in [0,1) spreads the tries.
 */
export function afterAttempt(
  notification: Notification,
  outcome: Outcome,
  now: Instant,
  lot: number,
): Notification {
  const attempts = notification.attempts + 1;
  const tried = { ...notification, attempts, nextAttemptAt: null, detail: null };
  switch (outcome.kind) {
    case 'accepted':
    case 'displayed':
      return { ...tried, state: outcome.kind };
    case 'gone':
    case 'refused':
      return { ...tried, state: 'failed', detail: outcome.detail };
    case 'again': {
      const pause = pauses[attempts - 1] ?? longestPause;
      const { detail } = outcome;
      if (now - notification.createdAt > mostMs) return { ...tried, state: 'failed', detail };
      const nextAttemptAt = now + Math.round(pause * (1 + lot / 2));
      return { ...tried, state: 'retrying', detail, nextAttemptAt };
    }
  }
}

function queued(message: Message, method: ContactMethod, n: number, now: Instant): Notification {
  return {
    id: `${message.id}/${n}`,
    message,
    method: method.id,
    state: 'queued',
    detail: null,
    attempts: 0,
    createdAt: now,
    nextAttemptAt: now,
  };
}

function suppressed(message: Message, now: Instant): Notification {
  return {
    id: `${message.id}/1`,
    message,
    method: null,
    state: 'suppressed',
    detail: 'no-contact-method',
    attempts: 0,
    createdAt: now,
    nextAttemptAt: null,
  };
}
