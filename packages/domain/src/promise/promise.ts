/**
 * What a ticket's client is promised by his contract, as moments (docs/decisions/0013). They are reckoned anew from the
 * ticket whenever one of us does what the client sees, so that nothing depends on what was promised before but when the
 * next update is due.
 */

import { addBusinessMs, addSpan, businessMs } from '../calendar/business-time.ts';
import type { Instant } from '../base/time.ts';
import type { Calendar, Directory, Span } from '../directory/directory.ts';
import { contractOf } from '../directory/policy-for.ts';
import type { Fact, Promised } from '../ticket/events.ts';
import { isOpen, type Promises, type Ticket } from '../ticket/ticket.ts';

type Context = {
  readonly directory: Pick<Directory, 'contract' | 'calendar'>;
  readonly now: Instant;
};

const nothing: Promises = { firstResponse: null, nextUpdate: null, resolution: null };

/** What follows from facts for what is promised; nothing where it stays as it was. `ticket`: with the facts in its log. */
export function promised(
  ticket: Ticket,
  facts: readonly Fact[],
  context: Context,
): readonly Promised[] {
  const turns = facts.map(turnOf);
  const isTurn = turns.some((turn) => turn !== null);
  if (!isTurn) return [];
  const before = ticket.promise ?? nothing;
  const is = promises(ticket, turns.includes('update'), context);
  return isSame(before, is) ? [] : [{ name: 'promised', args: is }];
}

/** `update`: the client sees it, and waits anew for the next. null = it changes nothing that is promised. */
function turnOf(fact: Fact): 'begin' | 'update' | 'end' | null {
  switch (fact.name) {
    case 'reported':
      return 'begin';
    case 'acknowledged':
    case 'progressed':
      return fact.args.effect === 'acked' ? 'update' : null;
    case 'commented':
      return fact.args.isClients ? null : 'update';
    case 'severity-changed':
      return fact.args.from === fact.args.to ? null : 'update';
    case 'reopened':
      return fact.args.effect === 'reopened' ? 'update' : null;
    case 'resolved':
      return fact.args.effect === 'resolved' ? 'end' : null;
    case 'declined':
    case 'released':
    case 'transferred':
    case 'closed':
    case 'attached':
      return null;
  }
}

function promises(ticket: Ticket, isUpdated: boolean, { directory, now }: Context): Promises {
  const contract = contractOf(directory, ticket.client)?.[1] ?? null;
  const targets = contract?.targets[ticket.severity] ?? {};
  const calendar = directory.calendar.get(contract?.calendar ?? '') ?? null;
  const { reportedAt, respondedAt, resolvedAt } = ticket;
  const before = ticket.promise?.nextUpdate ?? null;
  const from = isUpdated ? Math.max(now, reportedAt) : reportedAt;
  const { firstResponse, nextUpdate, resolution } = targets;
  return {
    firstResponse:
      firstResponse === undefined
        ? null
        : { by: addSpan(calendar, reportedAt, firstResponse), metAt: respondedAt },
    nextUpdate:
      nextUpdate === undefined || !isOpen(ticket)
        ? null
        : !isUpdated && before !== null
          ? before
          : { by: addSpan(calendar, from, nextUpdate), from },
    resolution:
      resolution === undefined
        ? null
        : { by: resolveBy(ticket, resolution, calendar), metAt: resolvedAt },
  };
}

/** The clock of the solution stands while it is solved: what was left then is left again when it comes back. */
function resolveBy(
  { reportedAt, solvedBefore }: Pick<Ticket, 'reportedAt' | 'solvedBefore'>,
  target: Span,
  calendar: Calendar | null,
): Instant {
  const clock = target.business ? calendar : null;
  return solvedBefore.reduce(
    (by, { from, until }) => {
      // Late already, and late for ever.
      if (by <= from) return by;
      return addBusinessMs(clock, Math.max(from, until), businessMs(clock, from, by));
    },
    addSpan(calendar, reportedAt, target),
  );
}

function isSame(one: Promises, other: Promises): boolean {
  return (
    one.firstResponse?.by === other.firstResponse?.by &&
    one.firstResponse?.metAt === other.firstResponse?.metAt &&
    one.nextUpdate?.by === other.nextUpdate?.by &&
    one.resolution?.by === other.resolution?.by &&
    one.resolution?.metAt === other.resolution?.metAt
  );
}
