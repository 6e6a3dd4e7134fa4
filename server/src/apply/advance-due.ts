/** Deadlines that are due: the engine's items of the writer loop. */

import { giveUpPage, letTimePass } from '@rung/domain/escalation/carry-out.ts';
import {
  counted,
  isSilence,
  type Notification,
  notifyNext,
  pageDueAt,
  tryingMs,
} from '@rung/domain/paging/notification.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import { must } from '@rung/domain/base/must.ts';
import type { Deadline } from '../db/due.ts';
import { faultEffect } from './fault.ts';
import { grown, logOf } from './grown.ts';
import type { Item } from './item.ts';
import { materialised } from './materialise.ts';
import { advancePager, silenceOf } from './pager.ts';
import { type Effect, keyOf, methodsOf, noEffect, ticketOfPage, type World } from './world.ts';

/** `done`: it was due, and is not any more, or there is more to do; `not-due`: somebody else was quicker. */
export type Advanced = 'done' | 'not-due';

export function dueItem(due: Deadline): Item<Advanced> {
  const ticket = ticketOf(due);
  return {
    due,
    tickets: ticket === null ? [] : [ticket],
    pages: due.kind === 'page' ? [due.id] : [],
    // A pager that is a device's: two processes never check it twice.
    ...(due.kind === 'pager' ? { devices: [due.id], methods: [due.id] } : {}),
    apply(world) {
      // It was read before its ticket was locked.
      const dueAt = world.dues.get(keyOf(due));
      if (dueAt === undefined || dueAt > world.now) return { answer: 'not-due', effect: noEffect };
      const effect = advanceBy[due.kind](world, due.id);
      const healed = world.faults.has(keyOf(due)) ? [due] : [];
      return { answer: 'done', effect: { ...effect, healed } };
    },
    fault: (world, error) => faultEffect(world, due, ticket, error),
  };
}

const advanceBy = {
  ticket: advanceTicket,
  page: advancePage,
  pager: advancePager,
  schedule: (world: World, key: string) =>
    materialised(key, world.directory.schedule.get(key) ?? null, world.now),
} as const;

/** The ticket whose lock the deadline is under; null = a schedule's is under none. */
function ticketOf({ kind, id }: Deadline): string | null {
  switch (kind) {
    case 'ticket':
      return id;
    case 'page':
      return ticketOfPage(id);
    case 'schedule':
    case 'pager':
      return null;
  }
}

function advanceTicket(world: World, id: string): Effect {
  const kept = must(world.tickets.get(id), `a deadline of no ticket: ${id}`)();
  const log = letTimePass({ ...logOf(kept), ticket: kept.ticket }, world);
  if (log.added.length > 0) return grown(kept, log);
  // The row says due, the ticket does not: the ticket is right.
  const dueAt = nextDue(kept.ticket);
  const deadline = { kind: 'ticket', id } as const;
  if (dueAt === null) return { ...noEffect, undue: [deadline] };
  if (dueAt <= world.now) throw new Error(`defect: ${id} is due, and nothing follows`);
  return { ...noEffect, dues: [{ ...deadline, dueAt }] };
}

/** The page showed no sign of its person in time: his next contact method, or he cannot be reached. */
function advancePage(world: World, id: string): Effect {
  const { now } = world;
  const page = world.pages.get(id);
  const deadline = { kind: 'page', id } as const;
  if (page === undefined || !['pending', 'notifying'].includes(page.state)) {
    return { ...noEffect, undue: [deadline] };
  }
  const sent = pageNotifications(world, id);
  const message = must(sent[0], `page ${id} was never told`).message;
  // Who was disabled meanwhile is told nothing more, and will not answer.
  const isEnabled = enabledPerson(world.directory, page.person) !== null;
  const methods = isEnabled ? methodsOf(world, page.person) : [];
  const silence = isEnabled ? silenceIn(world, sent) : noEffect;
  const next = notifyNext(message, sent, methods, now);
  if (next !== null) {
    const dueAt = must(pageDueAt(message, [...sent, next], now, null), 'a page just told waits');
    const notifications = [...silence.notifications, next];
    return { ...silence, notifications, dues: [{ ...deadline, dueAt }] };
  }
  const isTrying = sent.some((one) => one.state === 'queued' || one.state === 'retrying');
  if (isEnabled && isTrying) {
    return { ...silence, dues: [{ ...deadline, dueAt: now + tryingMs }] };
  }

  const over = { undue: [deadline], pages: [{ ...page, state: 'unreachable' as const }] };
  // A page about a fault is not the run's: it stands in no log.
  if (message.says === 'fault') return { ...silence, ...over };
  const kept = must(world.tickets.get(page.ticket), `page ${id} of no ticket`)();
  const effect = grown(kept, giveUpPage({ ...logOf(kept), ticket: kept.ticket }, id, world));
  return {
    ...effect,
    messages: [...effect.messages, ...silence.messages],
    notifications: silence.notifications,
    signs: silence.signs,
    undue: [...effect.undue, deadline],
    pages: [...effect.pages, ...over.pages],
  };
}

/** What it says of a contact method that it took the page last, and its time to show it is over. */
function silenceIn(world: World, sent: readonly Notification[]): Effect {
  const newest = sent.at(-1);
  const pager = world.methods.get(newest?.method ?? '');
  if (newest === undefined || !isSilence(newest, world.now)) return noEffect;
  if (pager === undefined || pager.brokenAt !== null) return noEffect;
  return { ...silenceOf(world, pager), notifications: [counted(newest)] };
}

/** What was sent to ask the page's person, without what took it back or asked again. */
export function pageNotifications(world: World, page: string): readonly Notification[] {
  return [...world.notifications.values()].filter(
    ({ message }) => message.page === page && message.id === page,
  );
}
