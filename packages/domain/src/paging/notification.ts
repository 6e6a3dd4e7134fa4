import type { Instant } from '../base/time.ts';
import { askForMs, receiptWithinMs } from '../escalation/defaults.ts';
import { showCheckWithinMs } from '../schedule/pager-check.ts';
import type { Message } from './message.ts';
import { type Says, withdrawals } from './says.ts';

/** A way to reach a person: a browser that takes pushes, an address. */
export type ContactMethod = {
  readonly id: string;
  readonly person: string;
  readonly kind: string;
  /** Text in the form that the transport of this kind wrote. */
  readonly address: string;
  /** Since when nothing gets through; null = it works, as far as is known. */
  readonly brokenAt: Instant | null;
  /** When it last showed something; null = never. The only proof there is: an absence is a hint. */
  readonly shownAt: Instant | null;
  /** How often in a row it took a page and did not show it in time, or did not show a check. */
  readonly missed: number;
  /** The notification of a check that it has not shown yet; null = none. */
  readonly check: string | null;
};

/** A contact method that was silent so often in a row is suspect: others come before it, and people are told. */
export const suspectAfter = 2;

export function isSuspect({ missed }: Pick<ContactMethod, 'missed'>): boolean {
  return missed >= suspectAfter;
}

/**
 * One message to one contact method.
 *
 *     queued ──▶ accepted ──▶ displayed ──▶ opened
 *       │ ▲
 *       ▼ │ again
 *     retrying ──a day──▶ failed          suppressed: there was nothing left to say, and why
 *                                         gone: its contact method is dead, or has another address since
 */
export type Notification = {
  /** `<message>/<n>`: the n-th method the message goes to. */
  readonly id: string;
  readonly message: Message;
  /** null = the person has none; then it is suppressed. */
  readonly method: string | null;
  readonly state:
    'queued' | 'retrying' | 'accepted' | 'displayed' | 'opened' | 'failed' | 'gone' | 'suppressed';
  /** Why it was suppressed or failed, that it was not shown in time, or what the transport said last; null = nothing to say. */
  readonly detail: string | null;
  readonly attempts: number;
  readonly createdAt: Instant;
  /** When it is to be sent next; null = it is not. */
  readonly nextAttemptAt: Instant | null;
};

/**
 * What a transport can say. `gone`: this contact method is dead for ever; `again`: not now; `later`: not for a while
 * (`afterMs`), so that a page must go another way at once; `wasSent`: its service said so, false = nothing left the house.
 */
export type Outcome =
  | { readonly kind: 'accepted' | 'displayed' | 'opened' }
  | { readonly kind: 'gone' | 'refused' | 'again'; readonly detail: string }
  | {
      readonly kind: 'later';
      readonly detail: string;
      readonly afterMs: number;
      readonly wasSent: boolean;
    };

/**
 * Messages to one person that replace each other on his screen: a page and what becomes of it; the news of a ticket, which
 * never stands in the place of a page; what is about one subject. With the person: two may share a browser.
 */
export function collapseKey({
  ticket,
  page,
  says,
  subject,
  person,
}: Pick<Message, 'ticket' | 'page' | 'says' | 'subject' | 'person'>): string {
  if (ticket !== null) {
    const isNews = page === null && says !== 'still-on-it';
    return `${ticket}-${person}${isNews ? '-news' : ''}`;
  }
  const others = subject === null || subject === person ? '' : `-${subject}`;
  return `${says}-${person}${others}`;
}

/** Whatever must not be missed, and whatever must not stay. */
const toAll: readonly Says[] = [
  'still-on-it',
  ...withdrawals,
  'push-trouble',
  'pager-lost',
  'pager-silent',
  'fallback-unproven',
];

/**
 * The notifications that a message begins with. A page goes to the person's first method, the next one follows when
 * that shows no sign of him; whatever must not be missed or must not stay goes to all; news goes to the first.
 */
export function notify(
  message: Message,
  methods: readonly ContactMethod[],
  now: Instant,
): readonly Notification[] {
  const usable = inOrder(methods);
  const chosen = toAll.includes(message.says) ? usable : usable.slice(0, 1);
  if (chosen.length === 0) return [suppressed(message, now)];
  return chosen.map((method, n) => queued(message, method, n + 1, now));
}

/**
 * A page whose notifications so far brought no sign: the next method, or one that works again (it was not sent there, because
 * it was broken) or has another address since; null = there is none left.
 */
export function notifyNext(
  message: Message,
  sent: readonly Notification[],
  methods: readonly ContactMethod[],
  now: Instant,
): Notification | null {
  const next = inOrder(methods).find(
    ({ id }) => !sent.some(({ method, state }) => method === id && !isVoid(state)),
  );
  return next === undefined ? null : queued(message, next, sent.length + 1, now);
}

/** It says nothing about its contact method as that is now. */
function isVoid(state: Notification['state']): boolean {
  return state === 'gone' || state === 'suppressed';
}

/** Those that work, as far as is known, suspect ones last. */
function inOrder(methods: readonly ContactMethod[]): readonly ContactMethod[] {
  const usable = methods.filter((method) => method.brokenAt === null);
  return [
    ...usable.filter((method) => !isSuspect(method)),
    ...usable.filter((method) => isSuspect(method)),
  ];
}

/** The message to this contact method and no other: a check of it. */
export function notifyOnly(message: Message, method: ContactMethod, now: Instant): Notification {
  return queued(message, method, 1, now);
}

/** Of a notification that was accepted and not shown in time: it was counted, and is not again. */
const notShown = 'not-shown';

/**
 * Its contact method took the page, its time to show it is over, and nobody counted that yet. The page may be looked at
 * again while something else is tried, so what was counted is kept in `detail`: one that is accepted has no other
 * (`afterAttempt`), and whatever becomes of it later writes its own.
 */
export function isSilence(
  { state, detail, createdAt, message }: Notification,
  now: Instant,
): boolean {
  const isOver = createdAt + receiptWithinMs[message.severity] <= now;
  return state === 'accepted' && detail !== notShown && isOver;
}

/** The same, once its silence was counted. */
export function counted(notification: Notification): Notification {
  return { ...notification, detail: notShown };
}

/** A page that is tried again and again, by its last contact method: looked at again after this, ms, to be sure. */
export const tryingMs = 60_000;

/** How long the first try may take before the page's next contact method is tried beside it, ms. */
const sendWithinMs = 10_000;

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
  if (sent.some(({ state }) => state === 'displayed' || state === 'opened')) return null;
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
 * Until when it is worth showing, wherever it waits: a question as long as it is asked, a check as long as it is waited for,
 * everything else a day (a page that comes late does no harm, for what takes it back replaces it).
 */
export function expiresAt({
  message,
  createdAt,
}: Pick<Notification, 'message' | 'createdAt'>): Instant {
  return createdAt + (worthMs[message.says] ?? mostMs);
}

const worthMs: { readonly [Kind in Says]?: number } = {
  'still-on-it': askForMs,
  'pager-works': showCheckWithinMs,
};

/**
 * The notification after a try at `now`. What did not work now is tried again, longer each time, then every 30 s, as
 * long as it is worth showing: that the world does not answer says nothing about the person. What was not even sent is no
 * attempt. `lot` in [0,1) spreads the tries.
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
    case 'opened':
      return { ...tried, state: outcome.kind };
    case 'gone':
      return { ...tried, state: 'gone', detail: outcome.detail };
    case 'refused':
      return { ...tried, state: 'failed', detail: outcome.detail };
    case 'again': {
      const pause = pauses[attempts - 1] ?? longestPause;
      const { detail } = outcome;
      const nextAttemptAt = now + Math.round(pause * (1 + lot / 2));
      if (nextAttemptAt >= expiresAt(notification)) return { ...tried, state: 'failed', detail };
      return { ...tried, state: 'retrying', detail, nextAttemptAt };
    }
    case 'later': {
      const { detail, afterMs, wasSent } = outcome;
      const isPage = notification.message.id === notification.message.page;
      // Nobody is woken by it, and whoever waits here costs no less than who is sent.
      const pause = wasSent || isPage ? afterMs : Math.max(afterMs, longestPause);
      const nextAttemptAt = now + Math.round(pause + (lot * longestPause) / 10);
      const isOver = nextAttemptAt >= expiresAt(notification);
      const after = { ...tried, attempts: wasSent ? attempts : notification.attempts, detail };
      return isOver
        ? { ...after, state: 'failed' }
        : { ...after, state: 'retrying', nextAttemptAt };
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
