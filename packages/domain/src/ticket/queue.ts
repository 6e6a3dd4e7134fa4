import type { Instant } from '../base/time.ts';
import { nextDue } from './next-due.ts';
import { isOpen, type Ticket } from './ticket.ts';

/**
 * What happens to a ticket by itself next. `page`: the ladder pages somebody; `ask`: whoever has it is asked "still on it?";
 * `expire`: he did not answer, and others are asked; `close`: it is over, and can be reopened until then.
 */
export type NextThing = {
  readonly what: 'page' | 'ask' | 'expire' | 'close';
  readonly at: Instant;
};

/** null = nothing that anybody need know of. */
export function nextThing(ticket: Ticket): NextThing | null {
  const at = ticket.phase === 'closed' ? null : nextDue(ticket);
  if (at === null) return null;
  if (!isOpen(ticket)) return { what: 'close', at };
  if (ticket.expiry?.dueAt !== at) return { what: 'page', at };
  return { what: ticket.expiry.isAsked ? 'expire' : 'ask', at };
}

/**
 * The order of open tickets in a list of work: what nobody has, then by severity, then what happens next first, then the
 * older. A total order: only a ticket and itself are alike.
 */
export function queueOrder(one: Ticket, other: Ticket): number {
  return (
    Number(one.owner !== null) - Number(other.owner !== null) ||
    compare(one.severity, other.severity) ||
    compare(nextDue(one) ?? Infinity, nextDue(other) ?? Infinity) ||
    one.reportedAt - other.reportedAt ||
    compare(one.id, other.id)
  );
}

/** The order of tickets that are over: those that were solved last come first. Total as well. */
export function overOrder(one: Ticket, other: Ticket): number {
  return (other.resolvedAt ?? 0) - (one.resolvedAt ?? 0) || compare(other.id, one.id);
}

function compare<Value extends string | number>(one: Value, other: Value): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
