import type { Instant } from '../base/time.ts';
import { enabledPerson } from '../directory/people.ts';
import type { Consequence } from '../ticket/events.ts';
import { running } from '../ticket/run-pages.ts';
import { nextDue } from '../ticket/next-due.ts';
import { isOpen, isSeeking, type Ticket } from '../ticket/ticket.ts';
import { begin, fire, goOnTo, ladderOf } from './climb.ts';
import { askForMs } from './defaults.ts';
import { firstStep, isFiredDead, orTheFallback, rungAfter } from './ladder.ts';
import type { Context } from './targets.ts';

/**
 * What time has brought about: one deadline that is due, with what follows from it; none due = nothing. Never throws
 * on a ticket whose policy exists. Called again until nothing is due, so after downtime a run fires one overdue rung,
 * counts anew from it, and is then in the future again.
 */
export function advance(ticket: Ticket, context: Context): readonly Consequence[] {
  const { now } = context;
  if (!isOpen(ticket)) {
    const dueAt = nextDue(ticket);
    if (dueAt === null || dueAt > now) return [];
    return [{ name: ticket.phase === 'closed' ? 'put-away' : 'closed', args: {} }];
  }
  if (ticket.run === null) return unstarted(ticket, context);
  if (isForsaken(ticket, context)) return lapsed(ticket, context);
  if (isDue(ticket.run.armed, now)) {
    const { rung, dueAt } = ticket.run.armed;
    const actual = orTheFallback(rung, ticket);
    return JSON.stringify(actual) === JSON.stringify(rung)
      ? fire(ticket, rung, dueAt, context)
      : [goOnTo(actual, ticket, context)];
  }
  if (isDue(ticket.expiry, now)) {
    return ticket.expiry.isAsked ? lapsed(ticket, context) : asked(ticket, now);
  }
  return [];
}

/** What follows when a page's person cannot be reached, or says no: the run waits for nobody who will not answer. */
export function afterNo(ticket: Ticket, context: Context): readonly Consequence[] {
  const run = ticket.run;
  if (run === null || run.fired === null || !isSeeking(ticket)) return [];
  const { rung } = run.fired;
  if (rung.kind === 'fallback') {
    // Whoever says no was reached; the cadence asks him again. Who cannot be reached is not the last: all admins now.
    const isLast = rung.withAdmins || !isFiredDead(ticket, ['unreachable']);
    if (isLast) return [];
    return [goOnTo({ kind: 'fallback', time: rung.time + 1, withAdmins: true }, ticket, context)];
  }
  if (!isFiredDead(ticket, ['declined', 'unreachable'])) return [];
  const { policy } = ladderOf(ticket, context);
  return [goOnTo(rungAfter(rung, run.reached, ticket.severity, policy), ticket, context)];
}

function isDue<Armed extends { readonly dueAt: Instant }>(
  armed: Armed | null,
  now: Instant,
): armed is Armed {
  return armed !== null && armed.dueAt <= now;
}

/** Whoever has it was disabled and will not answer: nobody has it. */
export function isForsaken({ owner, run }: Ticket, { directory }: Context): boolean {
  return run?.state === 'acked' && owner !== null && enabledPerson(directory, owner) === null;
}

/** A ticket from before there were runs, or one that somehow lost its own: it gets one now. */
function unstarted(ticket: Ticket, context: Context): readonly Consequence[] {
  if (ticket.policyVersion === null) return [];
  const started = begin(ticket, ticket.policyVersion, 'reported', {
    isAcked: ticket.owner !== null,
  });
  if (started.args.isAcked) return [started];
  return [started, ...fire(running(ticket, started.args), firstStep, context.now, context)];
}

function asked(ticket: Ticket, now: Instant): readonly Consequence[] {
  const person = ticket.owner;
  if (person === null) return [{ name: 'expiry-armed', args: { dueAt: null } }];
  return [{ name: 'expiry-asked', args: { person, dueAt: now + askForMs } }];
}

/** Nobody answered: a new generation asks the owner first, then goes on where the run had got to. */
function lapsed(ticket: Ticket, context: Context): readonly Consequence[] {
  const person = ticket.owner ?? ticket.formerOwner ?? '';
  const policyVersion = ticket.policyVersion ?? '';
  const started = begin(ticket, policyVersion, 'expired');
  const after: Ticket = {
    ...running({ ...ticket, generation: ticket.generation + 1 }, started.args),
    owner: null,
    formerOwner: person,
  };
  return [
    { name: 'ack-expired', args: { person } },
    started,
    ...fire(after, { kind: 'owner' }, context.now, context),
  ];
}
