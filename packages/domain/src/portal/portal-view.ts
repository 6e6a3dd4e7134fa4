import type { Ticket } from '../ticket/ticket.ts';

/** What a client may see of a ticket: an allow-list, so that what is new stays hidden until somebody shows it here. */
const shown = [
  'id',
  'phase',
  'generation',
  'type',
  'severity',
  'title',
  'description',
  'site',
  'reportedBy',
  'reportedAt',
] as const satisfies readonly (keyof Ticket)[];

export type PortalView = Pick<Ticket, (typeof shown)[number]>;

/** The ticket as its client sees it: no team, no policy, nothing of ours. */
export function portalView(ticket: Ticket): PortalView {
  return Object.fromEntries(shown.map((field) => [field, ticket[field]])) as PortalView;
}
