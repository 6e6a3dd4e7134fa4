import { must } from '../base/must.ts';
import { accept, type Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import { policyVersionFor } from '../directory/policy-for.ts';
import type { Person } from '../directory/directory.ts';
import type {
  Acknowledged,
  Consequence,
  Fact,
  Progressed,
  Reopened,
  SeverityChanged,
} from '../ticket/events.ts';
import { promised } from '../promise/promise.ts';
import { running } from '../ticket/run-pages.ts';
import type { Refusal } from '../ticket/refusals.ts';
import { has, isSeeking, isWorse, type Ticket } from '../ticket/ticket.ts';
import { afterNo, isForsaken } from './advance.ts';
import { begin, fire, isLoudFor } from './climb.ts';
import { ackExpiresAt } from './due-after.ts';
import { firstStep } from './ladder.ts';
import { routeReport } from './route-report.ts';
import { routeTransfer } from './route-transfer.ts';
import { concerned, informed, isHisToRead, toldOfClients } from './told.ts';
import { type Context, isOnShift, peopleOf, teamCalendar } from './targets.ts';

/** Who did it, by key and as the directory knows him. */
export type Doer = { readonly key: string; readonly person: Person };

/**
 * What follows from facts by the directory: where a new ticket goes, who is asked, until when an acknowledgement holds
 * (domain.md, section 6). `ticket` is how it stands once the facts are in its log. Only a report and a transfer can be
 * refused here.
 */
export function route(
  ticket: Ticket,
  facts: readonly Fact[],
  doer: Doer,
  context: Context,
): Result<readonly Consequence[], Refusal> {
  const [first] = facts;
  if (first?.name === 'reported') {
    const routed = routeReport(first.args, doer.person, context.directory);
    if (!routed.ok) return routed;
    const there = { ...ticket, ...routed.value.args };
    const begun = started(there, 'reported', facts, context);
    return accept([routed.value, ...begun, ...promised(there, facts, context)]);
  }
  if (first?.name === 'transferred') return routeTransfer(ticket, first.args, doer.key, context);
  const followed = [
    ...facts.flatMap((fact) => follow(ticket, fact, facts, doer, context)),
    ...promised(ticket, facts, context),
  ];
  // His answer counts, being from when he could give it; but he is disabled now, and will not see it through.
  const lapse = { name: 'expiry-armed', args: { dueAt: context.now } } as const;
  return accept(isForsaken(ticket, context) ? [...followed, lapse] : followed);
}

function follow(
  ticket: Ticket,
  fact: Fact,
  facts: readonly Fact[],
  { key, person }: Doer,
  context: Context,
): readonly Consequence[] {
  switch (fact.name) {
    case 'acknowledged':
      // With a raise it is part of the new run's beginning.
      return facts.length > 1 ? [] : afterAck(ticket, fact, key, context);
    case 'progressed':
      return afterProgress(ticket, fact, context);
    case 'declined':
      return afterNo(ticket, context);
    case 'released':
      return afterRelease(ticket, context);
    case 'severity-changed':
      return afterChange(ticket, fact, facts, context);
    case 'resolved':
      return fact.args.effect === 'proposed' ? afterProposal(ticket, key, context) : [];
    case 'reopened':
      // Somebody was faster: what the client says with it is heard all the same.
      return fact.args.effect === 'noted' && person.client !== null
        ? toldOfClients(ticket, context)
        : afterReopen(ticket, fact, key, context);
    case 'commented':
      return fact.args.isClients
        ? toldOfClients(ticket, context)
        : afterSign(ticket, fact.args.actedAt, key, context);
    case 'attached':
      return afterSign(ticket, fact.args.actedAt, key, context);
    case 'reported':
    case 'transferred':
    case 'closed':
      return [];
  }
}

/** A run begins: with somebody who has it already it only arms his expiry, else it asks the first step. */
function started(
  ticket: Ticket,
  because: 'reported' | 'raised',
  facts: readonly Fact[],
  context: Context,
): readonly Consequence[] {
  const version = policyVersionNow(ticket, context);
  const ack = facts.find((fact) => fact.name === 'acknowledged');
  const run = begin(ticket, version, because, { isAcked: ack !== undefined });
  if (ack !== undefined) return [run, ...expiry(ticket, ack.args.actedAt, context)];
  return [run, ...fire(running(ticket, run.args), firstStep, context.now, context)];
}

function afterAck(
  ticket: Ticket,
  { args }: Acknowledged,
  by: string,
  context: Context,
): readonly Consequence[] {
  switch (args.effect) {
    case 'acked':
    case 'renewed':
      return expiry(ticket, args.actedAt, context);
    case 'joined':
      // Somebody works on it: also a sign that it is not forgotten.
      return [
        ...expiry(ticket, args.actedAt, context),
        ...informed([...concerned(ticket), by], 'joined'),
      ];
    case 'expired':
      return [{ name: 'expiry-asked', args: { person: by, dueAt: null } }];
    case 'raised': {
      // Where somebody has it already, or he was asked anew or has said no since, nothing more is wanted of him; nor
      // where it is not his to see any more.
      const { run, pages, generation } = ticket;
      const isAsked = pages.some((page) => page.person === by && page.generation === generation);
      const isOver = !isSeeking(ticket) || !isHisToRead(ticket, by, context);
      if (isOver || isAsked || run?.released.includes(by)) return [];
      const isLoud = isLoudFor(ticket, teamCalendar(ticket, context.directory), context.now);
      return [{ name: 'paged', args: { person: by, isLoud } }];
    }
    case 'stale': {
      // It was another team's when he said so: he may be on his way. That it is theirs now his phone tells him.
      const isOfBefore = args.seen.generation < ticket.teamGeneration;
      const others = concerned(ticket).filter((person) => person !== by);
      return isOfBefore ? informed(others, 'already-on-it') : [];
    }
    case 'ended':
      return [];
  }
}

/** He is told too, unless he may not read it any more: being told would let him. */
function afterProposal(ticket: Ticket, by: string, context: Context): readonly Consequence[] {
  const told = isHisToRead(ticket, by, context) ? [by] : [];
  return informed([...concerned(ticket), ...told], 'proposed');
}

/** Whoever has it and writes to the client, or takes pictures, is still on it. */
function afterSign(
  ticket: Ticket,
  actedAt: Instant,
  by: string,
  context: Context,
): readonly Consequence[] {
  return ticket.run?.state === 'acked' && has(ticket, by) ? expiry(ticket, actedAt, context) : [];
}

function afterProgress(
  ticket: Ticket,
  { args }: Progressed,
  context: Context,
): readonly Consequence[] {
  return args.effect === 'noted' ? [] : expiry(ticket, args.actedAt, context);
}

/** Whoever helped has it then, and is told; else the run goes on at once where it stood. */
function afterRelease(ticket: Ticket, context: Context): readonly Consequence[] {
  const { owner, run } = ticket;
  const told: readonly Consequence[] =
    owner === null ? [] : [{ name: 'informed', args: { people: [owner], why: 'released' } }];
  // Others are being asked already: to them nothing changes, unless everything waited for him.
  if (run === null || run.armed !== null) return [...told, ...afterNo(ticket, context)];
  if (owner !== null) return told;
  const last = run.fired?.rung ?? null;
  const rung = last === null || last.kind === 'owner' ? stepAgain(ticket) : last;
  return fire(ticket, rung, context.now, context);
}

/** The owner gave it back: the step that was waiting, else the first. */
function stepAgain({ run }: Ticket) {
  const reached = run?.reached ?? null;
  return reached === null ? firstStep : ({ kind: 'step', ...reached } as const);
}

function afterChange(
  ticket: Ticket,
  { args }: SeverityChanged,
  facts: readonly Fact[],
  context: Context,
): readonly Consequence[] {
  if (isWorse(args.to, args.from)) return afterRaise(ticket, facts, context);
  if (args.to === args.from) return [];
  // Lowered: the milder policy, where that is another. Whoever has it has it for as long as the milder severity says.
  const version = policyVersionNow(ticket, context);
  const isAcked = ticket.run?.state === 'acked';
  const isSame = version === ticket.policyVersion;
  const run = begin(ticket, version, 'lowered', { isAcked });
  if (isAcked) return [...(isSame ? [] : [run]), ...expiry(ticket, context.now, context)];
  if (!isSeeking(ticket) || isSame) return [];
  // Whoever was asked keeps his page; an owner who had to confirm a raise is not passed over for what is milder.
  const except = ticket.pages
    .filter((page) => page.state === 'open' && page.generation === ticket.generation)
    .map(({ person }) => person);
  const rung = ticket.owner === null ? firstStep : ({ kind: 'owner' } as const);
  return [run, ...fire(running(ticket, run.args), rung, context.now, context, { except })];
}

/**
 * Whoever had it is asked first to confirm: for S1 together with the first step, else alone for 5 min. When he raised
 * it himself he has it; at S1 the first step is told.
 */
function afterRaise(
  ticket: Ticket,
  facts: readonly Fact[],
  context: Context,
): readonly Consequence[] {
  const isUrgent = ticket.severity === 'S1';
  if (facts.some((fact) => fact.name === 'acknowledged')) {
    const begun = started(ticket, 'raised', facts, context);
    const there = { ...ticket, policyVersion: policyVersionNow(ticket, context) };
    const people = peopleOf(there, firstStep, context).filter((one) => one !== ticket.owner);
    const told = isUrgent && people.length > 0;
    return told ? [...begun, { name: 'informed', args: { people, why: 'raised' } }] : begun;
  }
  const { owner } = ticket;
  if (owner === null) return started(ticket, 'raised', facts, context);
  const run = begin(ticket, policyVersionNow(ticket, context), 'raised');
  const after = running(ticket, run.args);
  return isUrgent
    ? [run, ...fire(after, firstStep, context.now, context, { also: [owner] })]
    : [run, ...fire(after, { kind: 'owner' }, context.now, context)];
}

/** The former owner first where he is on shift; whoever reopened it knows already. */
function afterReopen(
  ticket: Ticket,
  { args }: Reopened,
  by: string,
  context: Context,
): readonly Consequence[] {
  if (args.effect === 'noted') return [];
  const run = begin(ticket, policyVersionNow(ticket, context), 'reopened');
  const former = ticket.formerOwner;
  const isFirst = former !== null && former !== by && isOnShift(former, ticket.team ?? '', context);
  const rung = isFirst ? ({ kind: 'owner' } as const) : firstStep;
  return [run, ...fire(running(ticket, run.args), rung, context.now, context)];
}

function policyVersionNow(ticket: Ticket, { directory }: Context): string {
  const { client, type, severity } = ticket;
  const team = must(ticket.team, `${ticket.id} stands with no team`);
  return policyVersionFor(directory, { client, team, type, severity });
}

/**
 * Until when it is trusted that somebody works on it, counted from a sign of work; nothing where that changes nothing.
 * Never earlier than what is armed already: a late sign takes nothing away. Nor does one answer "still on it?" that was
 * over before that was asked.
 */
function expiry(
  ticket: Ticket,
  from: Instant,
  { directory, now }: Context,
): readonly Consequence[] {
  const dueAt = ackExpiresAt(ticket.severity, from, teamCalendar(ticket, directory));
  const before = ticket.expiry;
  if (dueAt === null) return before === null ? [] : [{ name: 'expiry-armed', args: { dueAt } }];
  const isTooLate = before !== null && (before.isAsked ? dueAt <= now : dueAt <= before.dueAt);
  return isTooLate ? [] : [{ name: 'expiry-armed', args: { dueAt } }];
}
