import type { Instant } from '../base/time.ts';
import { isOpen, putAwayAfterMs, reopenWindowMs, type Ticket } from './ticket.ts';

/** When something next happens to the ticket by itself (escalation/advance.ts does it); null = nothing will. */
export function nextDue(ticket: Ticket): Instant | null {
  if (ticket.phase === 'closed') {
    const { closedAt, isPutAway } = ticket;
    return closedAt === null || isPutAway ? null : closedAt + putAwayAfterMs;
  }
  if (!isOpen(ticket))
    return ticket.resolvedAt === null ? null : ticket.resolvedAt + reopenWindowMs;
  // A log from before there were runs is due since it was reported; on a phone the server has yet to begin one.
  if (ticket.run === null) return ticket.policyVersion === null ? null : ticket.reportedAt;
  const dues = [ticket.run.armed?.dueAt, ticket.expiry?.dueAt].filter((at) => at !== undefined);
  return dues.length === 0 ? null : Math.min(...dues);
}
