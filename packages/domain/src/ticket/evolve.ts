import { audience } from '../access/scopes.ts';
import { must, unreachable } from '../base/must.ts';
import type { Acknowledged, TicketEvent, Transferred } from './events.ts';
import { isOpen, isSeeking, isWorse, type Page, type Ticket } from './ticket.ts';
import { fired, isHis, onRun, paged, running, turn } from './run-pages.ts';

/** The ticket after the event. Pure, total over its log, never reads the directory. `ticket` null = before its first. */
export function evolve(before: Ticket | null, event: TicketEvent): Ticket {
  const is = changed(before, event);
  const isSame = is.owner === (before?.owner ?? null);
  const known = isSame ? is : { ...is, ownedSince: event.recordedAt };
  const after = isResponse(known, event) ? { ...known, respondedAt: event.recordedAt } : known;
  return before === null || before === after ? after : remembering(before, after);
}

/** Whether the client heard of us by it for the first time: somebody has it, or wrote to him. */
function isResponse({ respondedAt, owner }: Ticket, event: TicketEvent): boolean {
  if (respondedAt !== null) return false;
  return owner !== null || (event.name === 'commented' && !event.args.isClients);
}

/**
 * Whoever had to do with it keeps sight of it until it is reopened or put away. What he saw until then he may still
 * answer, and so may the team that it left (access/permits.ts).
 */
function remembering(before: Ticket, after: Ticket): Ticket {
  const audienceNow = audience(after);
  const gone = audience(before).filter((person) => !audienceNow.includes(person));
  const team = before.team === after.team ? null : before.team;
  if (gone.length === 0 && team === null) return after;
  const { generation: until } = before;
  const { formerTeams, formerAudience, informed } = after;
  const isForgotten = after.isPutAway || (isOpen(after) && !isOpen(before));
  const others = formerAudience.filter(({ person }) => !gone.includes(person));
  return {
    ...after,
    formerTeams:
      team === null
        ? formerTeams
        : [...formerTeams.filter((one) => one.team !== team), { team, until }],
    ...(isForgotten
      ? { formerAudience: [...others, ...gone.map((person) => ({ person, until }))] }
      : { informed: [...informed, ...gone] }),
  };
}

function changed(before: Ticket | null, event: TicketEvent): Ticket {
  if (event.name === 'reported') return reported(event);
  const ticket = must(before, `${event.ticket}: ${event.name} before it was reported`);
  switch (event.name) {
    case 'routed':
      return { ...ticket, ...event.args };
    case 'acknowledged':
      return acknowledge(ticket, event);
    case 'declined': {
      const isIt = (page: Page) => page.id === event.args.page;
      const answered = { ...ticket, pages: turn(ticket.pages, isIt, 'declined') };
      // Asked to confirm what he had, he said no.
      return ticket.owner === event.by && isSeeking(ticket)
        ? { ...answered, owner: null }
        : answered;
    }
    case 'released':
      return release(ticket, event.by);
    case 'progressed': {
      if (event.args.effect === 'noted') return ticket;
      const mine = event.args.effect === 'acked' ? take(ticket, event.by) : ticket;
      return { ...mine, phase: 'in-progress' };
    }
    case 'commented':
      return ticket;
    case 'severity-changed': {
      const { from, to } = event.args;
      if (!isWorse(to, from)) return { ...ticket, severity: to };
      return { ...retrigger(ticket), severity: to };
    }
    case 'transferred':
      return transfer(ticket, event);
    case 'resolved':
      if (event.args.effect !== 'resolved') return ticket;
      return {
        ...over(owned(ticket, event.by), event.by),
        phase: 'resolved',
        formerOwner: null,
        resolvedAt: event.recordedAt,
      };
    case 'closed':
      return { ...ticket, phase: 'closed', closedAt: event.recordedAt };
    case 'put-away':
      return { ...ticket, isPutAway: true };
    case 'reopened':
      if (event.args.effect === 'noted') return ticket;
      return {
        ...retrigger(ticket),
        phase: 'open',
        owner: null,
        formerOwner: ticket.owner,
        coResponders: [],
        pages: [],
        informed: [],
        resolvedAt: null,
        closedAt: null,
        isPutAway: false,
        solvedBefore: [
          ...ticket.solvedBefore,
          { from: ticket.resolvedAt ?? event.recordedAt, until: event.recordedAt },
        ],
      };
    case 'promised': {
      const { firstResponse, nextUpdate, resolution } = event.args;
      const isNone = firstResponse === null && nextUpdate === null && resolution === null;
      return { ...ticket, promise: isNone ? null : event.args };
    }
    case 'run-started':
      return running(ticket, event.args);
    case 'rung-armed':
      return onRun(ticket, { armed: { rung: event.args.rung, dueAt: event.args.dueAt } });
    case 'rung-fired':
      return fired(ticket, event, event.args);
    case 'exhausted':
      return onRun(ticket, { state: 'exhausted' });
    case 'paged':
      return { ...ticket, pages: paged(ticket, event, [event.args.person], null) };
    case 'expiry-armed': {
      const { dueAt } = event.args;
      return { ...ticket, expiry: dueAt === null ? null : { dueAt, isAsked: false } };
    }
    case 'expiry-asked': {
      const { dueAt } = event.args;
      return dueAt === null ? ticket : { ...ticket, expiry: { dueAt, isAsked: true } };
    }
    case 'ack-expired':
      return { ...retrigger(ticket), owner: null, formerOwner: event.args.person };
    case 'unreachable':
      return {
        ...ticket,
        pages: turn(ticket.pages, (page) => page.id === event.args.page, 'unreachable'),
      };
    case 'revived':
      return {
        ...ticket,
        pages: turn(ticket.pages, (page) => page.id === event.args.page, 'open'),
      };
    case 'attached':
    case 'stored':
      // What belongs to a ticket stands in its log; no rule reads it.
      return ticket;
    case 'informed':
      return { ...ticket, informed: union(ticket.informed, event.args.people) };
    default:
      return unreachable(event);
  }
}

/** The ticket a whole log folds to; null = an empty one. */
export function fold(events: readonly TicketEvent[]): Ticket | null {
  return events.reduce<Ticket | null>(evolve, null);
}

function reported(event: TicketEvent & { name: 'reported' }): Ticket {
  return {
    id: event.ticket,
    phase: 'open',
    generation: 1,
    teamGeneration: 1,
    formerTeams: [],
    ...event.args,
    client: null,
    policyVersion: null,
    reportedBy: event.by,
    owner: null,
    ownedSince: null,
    respondedAt: null,
    formerOwner: null,
    coResponders: [],
    expiry: null,
    run: null,
    pages: [],
    informed: [],
    formerAudience: [],
    resolvedAt: null,
    solvedBefore: [],
    promise: null,
    closedAt: null,
    isPutAway: false,
  };
}

function acknowledge(ticket: Ticket, { by, args }: Acknowledged & { readonly by: string }): Ticket {
  switch (args.effect) {
    case 'acked':
      return take(ticket, by);
    case 'joined':
      return join({ ...ticket, pages: turn(ticket.pages, isHis(by), 'acked') }, by);
    case 'renewed':
      return { ...ticket, pages: turn(ticket.pages, isHis(by), 'acked') };
    case 'raised':
    case 'stale': {
      // It answers the page he saw, not one that came after.
      const old = (page: Page) => isHis(by)(page) && page.generation <= args.seen.generation;
      return { ...ticket, pages: turn(ticket.pages, old, 'acked') };
    }
    case 'expired':
      // He is asked whether he is still on it: any sign of work answers that.
      return { ...ticket, formerOwner: ticket.formerOwner ?? by };
    case 'ended':
      return ticket;
  }
}

/** He has it: the run rests, and nobody else is asked any more. */
function take(ticket: Ticket, by: string): Ticket {
  const run = ticket.run === null ? null : { ...ticket.run, state: 'acked' as const, armed: null };
  return {
    ...owned(ticket, by),
    phase: ticket.phase === 'open' ? 'acknowledged' : ticket.phase,
    formerOwner: null,
    expiry: null,
    run,
    pages: turn(turn(ticket.pages, isHis(by), 'acked'), () => true, 'superseded'),
  };
}

/** His where nobody has it, or whoever had it was asked to confirm and did not yet: that one helps. Else he helps. */
function owned(before: Ticket, by: string): Ticket {
  const isUnconfirmed = before.owner !== null && isSeeking(before);
  if (before.owner !== null && (before.owner === by || !isUnconfirmed)) return join(before, by);
  const ticket = before.owner === null ? before : join({ ...before, owner: null }, before.owner);
  return { ...ticket, owner: by, coResponders: ticket.coResponders.filter((one) => one !== by) };
}

function join(ticket: Ticket, by: string): Ticket {
  if (ticket.owner === by || ticket.coResponders.includes(by)) return ticket;
  return { ...ticket, coResponders: [...ticket.coResponders, by] };
}

/** Somebody who helped has it then; else the run goes on without him. A page that he had left is answered by it: no. */
function release(before: Ticket, by: string): Ticket {
  const released = new Set([...(before.run?.released ?? []), by]);
  const coResponders = before.coResponders.filter((one) => one !== by);
  const pages = turn(before.pages, isHis(by), 'declined');
  const ticket = { ...onRun(before, { released: [...released] }), pages, coResponders };
  if (ticket.owner !== by) return ticket;
  const [next = null, ...rest] = coResponders;
  if (next !== null) return { ...ticket, owner: next, coResponders: rest };
  return { ...onRun(ticket, { state: 'active' }), phase: 'open', owner: null, expiry: null };
}

/** A new generation: the run before is over, and so is what was promised in it. Pages stay with whoever has them. */
function retrigger(ticket: Ticket): Ticket {
  return {
    ...onRun(ticket, { state: 'done', armed: null }),
    generation: ticket.generation + 1,
    expiry: null,
  };
}

/**
 * It is another team's: whoever had it or was asked has nothing more to do. He who passed it on keeps sight of it, as
 * they do who had it: here, and not only once `informed` says so, because a phone has no more than this event.
 */
function transfer(before: Ticket, { by, args }: Transferred & { readonly by: string }): Ticket {
  const { effect, team, had } = args;
  if (effect === 'noted') return before;
  const ticket = retrigger(before);
  return {
    ...ticket,
    phase: 'open',
    team,
    teamGeneration: ticket.generation,
    owner: null,
    // Nobody of the new team is kept waiting for him.
    formerOwner: null,
    coResponders: [],
    pages: turn(ticket.pages, () => true, 'superseded'),
    informed: union(ticket.informed, [...had, by]),
  };
}

/** It is solved: nothing is asked of anybody any more. */
function over(ticket: Ticket, by: string): Ticket {
  return {
    ...onRun(ticket, { state: 'done', armed: null }),
    expiry: null,
    pages: turn(turn(ticket.pages, isHis(by), 'acked'), () => true, 'superseded'),
  };
}

function union(people: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...people, ...more])];
}
