/** What a run does: begin, ask the people of a rung, go on to the next. All instants planned before are in the ticket. */

import { must } from '../base/must.ts';
import type { Instant } from '../base/time.ts';
import { isOpen as isOpenAt } from '../calendar/business-time.ts';
import type { Calendar, PolicyVersion } from '../directory/directory.ts';
import { enabledPerson } from '../directory/people.ts';
import type { Consequence, RunStarted } from '../ticket/events.ts';
import type { Rung, Ticket } from '../ticket/ticket.ts';
import { toleratedMs, waitForShiftMs } from './defaults.ts';
import { dueAfter } from './due-after.ts';
import { rungAfter } from './ladder.ts';
import { type Context, peopleOf, policyOf, shiftToWaitFor, teamCalendar } from './targets.ts';

/** What a rung needs besides the ticket. */
type Ladder = { readonly policy: PolicyVersion; readonly calendar: Calendar | null };

/** The run that begins now; nothing of it fires yet. */
export function begin(
  ticket: Ticket,
  policyVersion: string,
  because: RunStarted['args']['because'],
  { isAcked = false }: { readonly isAcked?: boolean } = {},
): RunStarted {
  return {
    name: 'run-started',
    args: {
      run: (ticket.run?.n ?? 0) + 1,
      policyVersion,
      because,
      isAcked,
      reached: because === 'expired' ? (ticket.run?.reached ?? null) : null,
    },
  };
}

/**
 * Asks the people of the rung, and arms the one after it. `also`: people to ask besides. `except`: people who were
 * asked already and keep their pages. `spared`: who is asked only if there is nobody else. Where nobody can be asked a
 * shift that begins soon is waited for, else the next rung is due at once: a step that reached nobody is never the end.
 */
export function fire(
  ticket: Ticket,
  rung: Rung,
  plannedAt: Instant,
  context: Context,
  {
    also = [],
    except = [],
    spared = null,
  }: {
    readonly also?: readonly string[];
    readonly except?: readonly string[];
    readonly spared?: string | null;
  } = {},
): readonly Consequence[] {
  const { now } = context;
  const ladder = ladderOf(ticket, context);
  const run = must(ticket.run, `${ticket.id} has no run`).n;
  const asked = peopleOf(ticket, rung, context);
  const able = also.filter((person) => enabledPerson(context.directory, person) !== null);
  const all = [...new Set([...able, ...asked])];
  const others = all.filter((person) => person !== spared);
  const found = others.length > 0 ? others : all;
  const waitUntil = found.length === 0 ? shiftFor(ticket, rung, ladder, context) : null;
  if (waitUntil !== null) return [armed(run, rung, waitUntil, 'shift')];

  const lateMs = now - plannedAt > toleratedMs ? now - plannedAt : 0;
  const isLoud = isLoudFor(ticket, ladder.calendar, now);
  const kept = found.filter((person) => except.includes(person));
  const pages = found
    .filter((person) => !except.includes(person))
    .map((person) => ({ person, isLoud }));
  const isFirstFallback = rung.kind === 'fallback' && ticket.run?.state !== 'exhausted';
  return [
    ...(isFirstFallback ? [{ name: 'exhausted', args: { run } } as const] : []),
    { name: 'rung-fired', args: { run, rung, plannedAt, lateMs, pages, kept } },
    armedAfter(ticket, rung, asked, lateMs > 0 ? now : plannedAt, ladder, now),
  ];
}

/** The rung is due now, because nobody who was asked before can or will answer. */
export function goOnTo(rung: Rung, ticket: Ticket, { now }: Pick<Context, 'now'>): Consequence {
  return armed(must(ticket.run, `${ticket.id} has no run`).n, rung, now, 'unanswered');
}

/** Loud at any hour for S1 and S2; for the others only while the team's calendar is open. */
export function isLoudFor(
  { severity }: Pick<Ticket, 'severity'>,
  calendar: Calendar | null,
  now: Instant,
): boolean {
  return severity === 'S1' || severity === 'S2' || isOpenAt(calendar, now);
}

/** The policy the ticket is pinned to, and its team's calendar. */
export function ladderOf(ticket: Ticket, { directory }: Context): Ladder {
  return {
    policy: must(policyOf(ticket, directory), `${ticket.id}: no policy ${ticket.policyVersion}`),
    calendar: teamCalendar(ticket, directory),
  };
}

function armedAfter(
  ticket: Ticket,
  rung: Rung,
  asked: readonly string[],
  from: Instant,
  { policy, calendar }: Ladder,
  now: Instant,
): Consequence {
  const { n, reached } = must(ticket.run, `${ticket.id} has no run`);
  const { severity } = ticket;
  const next = rungAfter(rung, reached, severity, policy);
  // The last there is: it keeps its cadence even where there is nobody.
  const isLast = rung.kind === 'fallback' && rung.withAdmins;
  if (asked.length === 0 && !isLast) {
    // Nobody to fall back on: all admins.
    const isForAdmins = rung.kind === 'fallback' && next.kind === 'fallback';
    return armed(n, isForAdmins ? { ...next, withAdmins: true } : next, now, 'unanswered');
  }
  const planned = dueAfter(rung, severity, policy, calendar, from);
  // A delay shorter than the lateness that is tolerated: it counts from now, so that no two fire at once.
  const dueAt = planned > now ? planned : dueAfter(rung, severity, policy, calendar, now);
  return armed(n, next, dueAt, 'delay');
}

function shiftFor(
  ticket: Ticket,
  rung: Rung,
  { policy }: Ladder,
  context: Context,
): Instant | null {
  if (rung.kind !== 'step') return null;
  const targets = policy.response[rung.step - 1]?.targets ?? [];
  return shiftToWaitFor(ticket, targets, context, context.now + waitForShiftMs);
}

function armed(
  run: number,
  rung: Rung,
  dueAt: Instant,
  because: 'delay' | 'shift' | 'unanswered',
): Consequence {
  return { name: 'rung-armed', args: { run, rung, dueAt, because } };
}
