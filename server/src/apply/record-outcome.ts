import { must } from '@rung/domain/base/must.ts';
import { revivePage } from '@rung/domain/escalation/carry-out.ts';
import {
  afterAttempt,
  type Notification,
  type Outcome,
  pageDueAt,
} from '@rung/domain/paging/notification.ts';
import type { PageRow, PageState } from '../db/pages.ts';
import { pageNotifications } from './advance-due.ts';
import { grown, logOf } from './grown.ts';
import type { Item } from './item.ts';
import { type Effect, noEffect, ticketOfPage, type World } from './world.ts';

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
export function outcomeItem(tried: Tried): Item<null> {
  const { notification } = tried;
  const page = notification.split('/', 1)[0] ?? notification;
  return {
    tickets: [ticketOfPage(notification)],
    notifications: [notification],
    pages: [page],
    apply: (world) => ({ answer: null, effect: recordOutcome(world, tried) }),
  };
}

function recordOutcome(
  world: World,
  { notification: id, attempts, address, outcome }: Tried,
): Effect {
  const before = must(world.notifications.get(id), `the outcome of no notification: ${id}`);
  // It is written already, or another process tried it meanwhile: only that somebody saw it is news.
  if (before.attempts !== attempts && outcome.kind !== 'displayed') return noEffect;
  const detail = 'detail' in outcome ? outcome.detail : null;
  const n = before.attempts + 1;
  const attempt = { notification: id, n, at: world.now, outcome: outcome.kind, detail };
  const after = tried(before, outcome, world.now);
  const isGone = outcome.kind === 'gone' && before.method !== null && address !== null;
  return {
    ...afterTry(world, after),
    notifications: [after],
    attempts: [attempt],
    broken: isGone ? [{ id: before.method, address }] : [],
  };
}

function tried(before: Notification, outcome: Tried['outcome'], now: number): Notification {
  const attempts = before.attempts + 1;
  // Two processes sent it: what the better of them saw stands.
  const isSettled = before.state !== 'queued' && before.state !== 'retrying';
  if (isSettled && outcome.kind !== 'displayed') return { ...before, attempts };
  if (outcome.kind === 'suppressed') {
    const { detail } = outcome;
    return { ...before, attempts, state: 'suppressed', detail, nextAttemptAt: null };
  }
  return afterAttempt(before, outcome, now, lotOf(before.id));
}

/** How the page stands after a try at one of its notifications, and when it must be looked at again. */
function afterTry(world: World, after: Notification): Effect {
  const page = world.pages.get(after.message.id);
  if (page === undefined) return noEffect;
  const state = standing(page, after.state);
  const pages = state === page.state ? [] : [{ ...page, state }];
  const deadline = { kind: 'page', id: page.id } as const;
  if (state === 'received') {
    const effect = revival(world, page);
    return { ...effect, pages, undue: [...effect.undue, deadline] };
  }
  if (state !== 'pending' && state !== 'notifying') return { ...noEffect, pages };

  const sent = pageNotifications(world, page.id).map((one) => (one.id === after.id ? after : one));
  // An older method's late failure says nothing about the newest, which has its own time.
  if (sent.at(-1)?.id !== after.id) return { ...noEffect, pages };
  // Nor is a try in vain a sign: it does not put off the method after it.
  if (after.state === 'retrying') return { ...noEffect, pages };
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

/** A sign of its person revives a page that was given up; an answered one stays as it was answered. */
function standing(page: PageRow, sent: Notification['state']): PageState {
  const isLive = page.state === 'pending' || page.state === 'notifying';
  if (sent === 'displayed' && (isLive || page.state === 'unreachable')) return 'received';
  return sent === 'accepted' && page.state === 'pending' ? 'notifying' : page.state;
}

/** A number in [0,1) that belongs to the id: spreads retries without chance, so that a replay is the same. */
function lotOf(id: string): number {
  let sum = 2_166_136_261;
  for (let n = 0; n < id.length; n += 1) sum = Math.imul(sum ^ id.charCodeAt(n), 16_777_619);
  return (sum >>> 0) / 2 ** 32;
}
