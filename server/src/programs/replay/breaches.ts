import type { Instant } from '@rung/domain/base/time.ts';
import { addSpan } from '@rung/domain/calendar/business-time.ts';
import type { Directory, Span } from '@rung/domain/directory/directory.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { isOpen, type Ticket } from '@rung/domain/ticket/ticket.ts';

/** What a contract promises of a ticket and was not kept by `endAt`. */
export type Breaches = { readonly firstResponse: boolean; readonly resolution: boolean };

/**
 * By the targets of the severity that the ticket ended with, in the contract's business time, from the report on: to the
 * first answer, and to the last resolution. Nothing pauses: holds are not mapped yet, and there are no clocks yet.
 */
export function breachesOf(
  ticket: Ticket,
  events: readonly TicketEvent[],
  directory: Directory,
  endAt: Instant,
): Breaches {
  const contract = [...directory.contract.values()].find(({ client }) => client === ticket.client);
  const targets = contract?.targets[ticket.severity];
  const calendar = directory.calendar.get(contract?.calendar ?? '') ?? null;
  const isLate = (target: Span | undefined, at: Instant): boolean =>
    target !== undefined && at > addSpan(calendar, ticket.reportedAt, target);
  const answered = events.find(isAnswer)?.recordedAt ?? endAt;
  const resolved = isOpen(ticket) ? endAt : (events.findLast(isResolution)?.recordedAt ?? endAt);
  return {
    firstResponse: isLate(targets?.firstResponse, answered),
    resolution: isLate(targets?.resolution, resolved),
  };
}

function isAnswer(event: TicketEvent): boolean {
  const isAck = event.name === 'acknowledged' || event.name === 'progressed';
  return (isAck && event.args.effect === 'acked') || isResolution(event);
}

function isResolution(event: TicketEvent): boolean {
  return event.name === 'resolved' && event.args.effect === 'resolved';
}
