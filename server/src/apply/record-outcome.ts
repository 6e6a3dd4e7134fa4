import { lotOf } from '@rung/domain/base/lot.ts';
import { must } from '@rung/domain/base/must.ts';
import { revivePage } from '@rung/domain/escalation/carry-out.ts';
import {
  afterAttempt,
  type Notification,
  type Outcome,
  pageDueAt,
} from '@rung/domain/paging/notification.ts';
import type { PageState } from '@rung/domain/paging/page-state.ts';
import type { PageRow } from '../db/pages.ts';
import { pageNotifications } from './advance-due.ts';
import { grown, logOf } from './grown.ts';
import type { Item } from './item.ts';
import { lossOf } from './pager.ts';
import type { OwnDevice } from './subscription.ts';
import { type Effect, noEffect, ticketOfMessage, type World } from './world.ts';

/** How a try at a notification ended. `suppressed`: it was not sent, because there is nothing left to say. */
export type Tried = {
  readonly notification: string;
  /** How many tries there had been when it was taken. */
  readonly attempts: number;
  /** Where it was sent to. */
  readonly address: string | null;
  readonly outcome: Outcome | { readonly kind: 'suppressed'; readonly detail: string };
};

/** Writes how a try ended, and what it means for the page. Of the ticket's log only that a page given up lives again. */
export function outcomeItem(tried: Tried): Item<void> {
  return {
    ...neededFor(tried.notification),
    apply: (world) => ({ answer: undefined, effect: recordOutcome(world, tried) }),
  };
}

/** What a device says of a notification: it showed it, or its person opened it. */
export type Receipt = OwnDevice & {
  readonly notification: string;
  readonly kind: 'displayed' | 'opened';
};

/** Written once, and only where the notification went to this very device; of any other nothing is written. */
export function receiptItem({ notification: id, device, person, kind }: Receipt): Item<void> {
  return {
    ...neededFor(id),
    apply(world) {
      const before = world.notifications.get(id);
      const isOwn = before?.method === device && before.message.person === person;
      const isNews = before?.state !== 'opened' && before?.state !== kind;
      if (!isOwn || !isNews) return { answer: undefined, effect: noEffect };
      const { attempts } = before;
      const sign = { notification: id, attempts, address: null, outcome: { kind } };
      return { answer: undefined, effect: recordOutcome(world, sign) };
    },
  };
}

function neededFor(notification: string) {
  const message = notification.split('/', 1)[0] ?? notification;
  const ticket = ticketOfMessage(message);
  return {
    tickets: ticket === null ? [] : [ticket],
    notifications: [notification],
    pages: ticket === null ? [] : [message],
  };
}

function recordOutcome(
  world: World,
  { notification: id, attempts, address, outcome }: Tried,
): Effect {
  const before = must(world.notifications.get(id), `the outcome of no notification: ${id}`);
  // It is written already, or another process tried it meanwhile: only that somebody saw it is news.
  if (before.attempts !== attempts && !isSign(outcome)) return noEffect;
  const { method } = before;
  const isElsewhere = address !== null && !isSign(outcome) && hasMoved(world, method, address);
  const means = isElsewhere ? meaningElsewhere(before, outcome) : outcome;
  const after = tried(before, means, world.now);
  const isGone = outcome.kind === 'gone' && method !== null && address !== null;
  const loss = isGone ? lossOf(world, method, address) : noEffect;
  const effect = afterTry(world, after, means, isElsewhere);
  return {
    ...effect,
    notifications: [after],
    attempts: attemptOf(before, after, outcome, world.now),
    messages: [...effect.messages, ...loss.messages],
    broken: loss.broken,
    signs: isSign(outcome) && method !== null ? [{ method, kind: 'shown' }] : [],
    undue: [...effect.undue, ...loss.undue],
  };
}

/** Another subscription took the place of the one that it was sent to. */
function hasMoved(world: World, method: string | null, address: string): boolean {
  const present = world.methods.get(method ?? '');
  return present !== undefined && present.address !== address;
}

/**
 * What became of it where nobody looks any more says nothing about where its person looks now: a page is sent there as a
 * new one, anything else is tried again.
 */
function meaningElsewhere({ message }: Notification, outcome: Tried['outcome']): Tried['outcome'] {
  if (outcome.kind === 'suppressed') return outcome;
  const detail = 'it has another address since';
  return { kind: message.id === message.page ? 'gone' : 'again', detail };
}

/** Of a notification that is tried for hours so many tries are kept whatever they say, then only those that say something new. */
const keptTries = 10;

function attemptOf(
  before: Notification,
  after: Notification,
  outcome: Tried['outcome'],
  at: number,
): Effect['attempts'] {
  if (outcome.kind === 'later' && !outcome.wasSent) return [];
  const n = before.attempts + 1;
  const isNews = after.state !== 'retrying' || after.detail !== before.detail;
  if (n > keptTries && !isNews) return [];
  const detail = 'detail' in outcome ? outcome.detail : null;
  return [{ notification: before.id, n, at, outcome: outcome.kind, detail }];
}

/** Somebody's eyes, or at least his screen. */
function isSign({ kind }: Pick<Tried['outcome'], 'kind'>): boolean {
  return kind === 'displayed' || kind === 'opened';
}

function tried(before: Notification, outcome: Tried['outcome'], now: number): Notification {
  const attempts = before.attempts + 1;
  // Two processes sent it: what the better of them saw stands.
  const isSettled = before.state !== 'queued' && before.state !== 'retrying';
  if (isSettled && !isSign(outcome)) return { ...before, attempts };
  if (before.state === 'opened') return { ...before, attempts };
  if (outcome.kind === 'suppressed') {
    const { detail } = outcome;
    return { ...before, attempts, state: 'suppressed', detail, nextAttemptAt: null };
  }
  return afterAttempt(before, outcome, now, lotOf(before.id));
}

/**
 * How the page stands after a try at one of its notifications, and when it must be looked at again: at once where that went
 * `isElsewhere`.
 */
function afterTry(
  world: World,
  after: Notification,
  { kind }: Tried['outcome'],
  isElsewhere: boolean,
): Effect {
  const page = world.pages.get(after.message.id);
  if (page === undefined) return noEffect;
  const state = standing(page, after.state);
  const seen = signed(page, after.state, world.now);
  const isNews = state !== page.state || seen !== page;
  const pages = isNews ? [{ ...seen, state }] : [];
  const deadline = { kind: 'page', id: page.id } as const;
  if (state === 'received' || state === 'seen') {
    const effect = revival(world, page);
    return { ...effect, pages, undue: [...effect.undue, deadline] };
  }
  if (state !== 'pending' && state !== 'notifying') return { ...noEffect, pages };

  const sent = pageNotifications(world, page.id).map((one) => (one.id === after.id ? after : one));
  if (isElsewhere) return { ...noEffect, pages, dues: [{ ...deadline, dueAt: world.now }] };
  // An older method's late failure says nothing about the newest, which has its own time.
  if (sent.at(-1)?.id !== after.id) return { ...noEffect, pages };
  // Nor is a try in vain a sign: it does not put off the method after it. Where it will not work for a while that one
  // comes at once.
  if (after.state === 'retrying') {
    return {
      ...noEffect,
      pages,
      dues: kind === 'later' ? [{ ...deadline, dueAt: world.now }] : [],
    };
  }
  const acceptedAt = after.state === 'accepted' ? world.now : null;
  const dueAt = pageDueAt(after.message, sent, world.now, acceptedAt);
  return { ...noEffect, pages, dues: dueAt === null ? [] : [{ ...deadline, dueAt }] };
}

/**
 * Whether a lap reached anybody is told from the log, so it must know where the page had been given up. A fold that
 * cannot be read has its own alarm.
 */
function revival(world: World, page: PageRow): Effect {
  try {
    const kept = must(world.tickets.get(page.ticket), `page ${page.id} of no ticket`)();
    return grown(kept, revivePage({ ...logOf(kept), ticket: kept.ticket }, page.id, world));
  } catch {
    return noEffect;
  }
}

/** When it was first shown, and first opened: to open it is to have been shown it. Later signs change nothing. */
function signed(page: PageRow, sent: Notification['state'], now: number): PageRow {
  const isOpened = sent === 'opened';
  if (!isOpened && sent !== 'displayed') return page;
  const receivedAt = page.receivedAt ?? now;
  const seenAt = page.seenAt ?? (isOpened ? now : null);
  const isSame = receivedAt === page.receivedAt && seenAt === page.seenAt;
  return isSame ? page : { ...page, receivedAt, seenAt };
}

/** A sign of its person revives a page that was given up; an answered one stays as it was answered. */
function standing(page: PageRow, sent: Notification['state']): PageState {
  const isLive = page.state === 'pending' || page.state === 'notifying';
  const isWaiting = isLive || page.state === 'unreachable';
  if (sent === 'displayed' && isWaiting) return 'received';
  if (sent === 'opened' && (isWaiting || page.state === 'received')) return 'seen';
  return sent === 'accepted' && page.state === 'pending' ? 'notifying' : page.state;
}
