import { must } from '@rung/domain/base/must.ts';
import {
  afterAttempt,
  type Notification,
  type Outcome,
  pageDueAt,
} from '@rung/domain/paging/notification.ts';
import type { PageRow, PageState } from '../db/pages.ts';
import { pageNotifications } from './advance-due.ts';
import type { Item } from './item.ts';
import { type Effect, noEffect, ticketOfPage, type World } from './world.ts';

/** How a try at a notification ended. `suppressed`: it was not sent, because there is nothing left to say. */
export type Tried = {
  readonly notification: string;
  readonly outcome: Outcome | { readonly kind: 'suppressed'; readonly detail: string };
};

/** Writes how a try ended, and what it means for the page. Nothing of it is an event of the ticket. */
export function outcomeItem({ notification, outcome }: Tried): Item<null> {
  const page = notification.split('/', 1)[0] ?? notification;
  return {
    tickets: [ticketOfPage(notification)],
    notifications: [notification],
    pages: [page],
    apply: (world) => ({ answer: null, effect: recordOutcome(world, notification, outcome) }),
  };
}

function recordOutcome(world: World, id: string, outcome: Tried['outcome']): Effect {
  const { now } = world;
  const before = must(world.notifications.get(id), `the outcome of no notification: ${id}`);
  const detail = 'detail' in outcome ? outcome.detail : null;
  const attempt = {
    notification: id,
    n: before.attempts + 1,
    at: now,
    outcome: outcome.kind,
    detail,
  };
  const after = tried(before, outcome, now);
  const effect = { ...noEffect, notifications: [after], attempts: [attempt] };
  const gone = outcome.kind === 'gone' ? brokenMethod(world, before) : [];
  return { ...effect, ...afterTry(world, after), contactMethods: gone };
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
function afterTry(world: World, after: Notification): Pick<Effect, 'pages' | 'dues' | 'undue'> {
  const nothing = { pages: [], dues: [], undue: [] };
  const page = world.pages.get(after.message.id);
  if (page === undefined) return nothing;
  const state = standing(page, after.state);
  const pages = state === page.state ? [] : [{ ...page, state }];
  const deadline = { kind: 'page', id: page.id } as const;
  if (state === 'received') return { ...nothing, pages, undue: [deadline] };
  if (state !== 'pending' && state !== 'notifying') return { ...nothing, pages };

  const sent = pageNotifications(world, page.id).map((one) => (one.id === after.id ? after : one));
  // An older method's late failure says nothing about the newest, which has its own time.
  if (sent.at(-1)?.id !== after.id) return { ...nothing, pages };
  // Nor is a try in vain a sign: it does not put off the method after it.
  if (after.state === 'retrying') return { ...nothing, pages };
  const acceptedAt = after.state === 'accepted' ? world.now : null;
  const dueAt = pageDueAt(after.message, sent, world.now, acceptedAt);
  return { pages, dues: dueAt === null ? [] : [{ ...deadline, dueAt }], undue: [] };
}

/** A sign of its person revives a page that was given up; an answered one stays as it was answered. */
function standing(page: PageRow, sent: Notification['state']): PageState {
  const isLive = page.state === 'pending' || page.state === 'notifying';
  if (sent === 'displayed' && (isLive || page.state === 'unreachable')) return 'received';
  return sent === 'accepted' && page.state === 'pending' ? 'notifying' : page.state;
}

function brokenMethod(world: World, { message, method }: Notification) {
  const known = world.contactMethods.get(message.person) ?? [];
  return known.filter((one) => one.id === method).map((one) => ({ ...one, brokenAt: world.now }));
}

/** A number in [0,1) that belongs to the id: spreads retries without chance, so that a replay is the same. */
function lotOf(id: string): number {
  let sum = 2_166_136_261;
  for (let n = 0; n < id.length; n += 1) sum = Math.imul(sum ^ id.charCodeAt(n), 16_777_619);
  return (sum >>> 0) / 2 ** 32;
}
