import type { Instant } from '../base/time.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { evolve } from '../ticket/evolve.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { authorOf, type PortalAuthor, type PortalReader } from './portal-view.ts';

/** One line of the public timeline. */
export type PortalEntry = {
  readonly seq: number;
  readonly at: Instant;
  readonly author: PortalAuthor;
  readonly what: PortalWhat;
  /** What was said; of a changed severity the new one; null = there are no words to it. */
  readonly text: string | null;
};

/** `taken`: somebody has it who has nobody before; `given-up`: nobody has it any more, and others are called. */
export type PortalWhat =
  | 'reported'
  | 'taken'
  | 'given-up'
  | 'commented'
  | 'severity-changed'
  | 'solved'
  | 'reopened'
  | 'closed';

/** What a client may read of a ticket's log, oldest first. `events`: the whole log. `ticket`: what it folds to. */
export function portalEntries(
  events: readonly TicketEvent[],
  ticket: Pick<Ticket, 'client'>,
  reader: PortalReader,
): readonly PortalEntry[] {
  let stands: Ticket | null = null;
  return events.flatMap((event): readonly PortalEntry[] => {
    const was = stands;
    stands = evolve(was, event);
    const author = authorOf(event.by, ticket, reader);
    const said = publicly(event, author, was, stands);
    if (said === null) return [];
    return [{ seq: event.seq, at: event.recordedAt, author, ...said }];
  });
}

type Said = Pick<PortalEntry, 'what' | 'text'> & Partial<Pick<PortalEntry, 'at'>>;

/** null = it is ours alone. An allow-list: what is not named here stays hidden. */
function publicly(
  event: TicketEvent,
  { who }: PortalAuthor,
  was: Ticket | null,
  is: Ticket,
): Said | null {
  const hadIt = was !== null && was.owner !== null;
  const hasIt = is.owner !== null;
  switch (event.name) {
    case 'reported':
      return { what: 'reported', text: null, at: event.args.reportedAt };
    case 'acknowledged':
    case 'progressed':
      return !hadIt && hasIt ? { what: 'taken', text: null } : null;
    case 'released':
    case 'declined':
    case 'ack-expired':
    case 'transferred':
      return hadIt && !hasIt ? { what: 'given-up', text: null } : null;
    case 'commented':
      return { what: 'commented', text: event.args.note };
    case 'severity-changed': {
      const { from, to } = event.args;
      return from === to ? null : { what: 'severity-changed', text: to };
    }
    case 'resolved':
      return event.args.effect === 'resolved' ? { what: 'solved', text: null } : null;
    case 'reopened': {
      const { effect, reason } = event.args;
      if (effect === 'reopened') return { what: 'reopened', text: reason };
      // Somebody was faster: to the client they are words of his like others.
      return who === 'us' ? null : { what: 'commented', text: reason };
    }
    case 'closed':
      return { what: 'closed', text: null };
    default:
      return null;
  }
}
