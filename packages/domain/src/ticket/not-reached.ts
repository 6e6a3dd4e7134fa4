import { isOpen, isSeeking, type Ticket } from './ticket.ts';

/** Whom the ladder could not reach, and who did not answer since; nobody once somebody has the ticket. Person keys. */
export function notReached(ticket: Pick<Ticket, 'phase' | 'run' | 'pages'>): readonly string[] {
  if (!isOpen(ticket) || !isSeeking(ticket)) return [];
  return ticket.pages.filter(({ state }) => state === 'unreachable').map(({ person }) => person);
}
