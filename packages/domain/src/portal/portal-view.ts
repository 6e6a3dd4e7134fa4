import type { Ticket } from '../ticket/ticket.ts';

/** What a client may see of a ticket: an allow-list, so that what is new stays hidden until somebody shows it here. */
export type PortalView = Pick<
  Ticket,
  | 'id'
  | 'phase'
  | 'generation'
  | 'type'
  | 'severity'
  | 'title'
  | 'description'
  | 'site'
  | 'reportedBy'
  | 'reportedAt'
>;

/** The ticket as its client sees it: no team, no policy, nothing of ours. */
export function portalView(ticket: Ticket): PortalView {
  const {
    id,
    phase,
    generation,
    type,
    severity,
    title,
    description,
    site,
    reportedBy,
    reportedAt,
  } = ticket;
  return {
    id,
    phase,
    generation,
    type,
    severity,
    title,
    description,
    site,
    reportedBy,
    reportedAt,
  };
}
