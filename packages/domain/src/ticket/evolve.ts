import { must, unreachable } from '../base/must.ts';
import type { TicketEvent } from './events.ts';
import type { Ticket } from './ticket.ts';

/** The ticket after the event. Pure, total over its log, never reads the directory. `ticket` null = before its first. */
export function evolve(ticket: Ticket | null, event: TicketEvent): Ticket {
  switch (event.name) {
    case 'reported': {
      return {
        id: event.ticket,
        phase: 'open',
        generation: 1,
        ...event.args,
        client: null,
        policyVersion: null,
        reportedBy: event.by,
      };
    }
    case 'routed':
      return {
        ...must(ticket, `${event.ticket} was routed before it was reported`),
        ...event.args,
      };
    default:
      return unreachable(event);
  }
}

/** The ticket a whole log folds to; null = an empty one. */
export function fold(events: readonly TicketEvent[]): Ticket | null {
  return events.reduce<Ticket | null>(evolve, null);
}
