/**
 * What a client may see of a ticket: an allow-list, so that what is new stays hidden until somebody shows it here. No name,
 * team, policy or word of ours is in it, but what was written for the client.
 */

import type { Company } from '../access/scopes.ts';
import type { Instant } from '../base/time.ts';
import type { Severity, TicketType } from '../directory/directory.ts';
import { nextThing } from '../ticket/queue.ts';
import { isOpen, type Promises, type Ticket } from '../ticket/ticket.ts';

/** Whose eyes see it, and what is known of people: that tells the client's own from ours. */
export type PortalReader = { readonly person: string; readonly company: Pick<Company, 'person'> };

/** The reader, somebody else of his company by key, or we. */
export type PortalAuthor =
  | { readonly who: 'you' }
  | { readonly who: 'colleague'; readonly person: string }
  | { readonly who: 'us' };

/** Three of the four words that a client knows: nothing waits for him (`waiting`) until there are holds. */
export type PortalState = 'received' | 'in-work' | 'solved';

export type PortalView = {
  readonly id: string;
  readonly state: PortalState;
  readonly type: TicketType;
  readonly severity: Severity;
  readonly title: string;
  readonly description: string;
  /** Site key. */
  readonly site: string | null;
  readonly reportedBy: PortalAuthor;
  readonly reportedAt: Instant;
  /** Since when somebody has it; null = nobody has it, or it is solved. */
  readonly hasItSince: Instant | null;
  /** When the next of us is called unless somebody has it by then; null = nobody will be. */
  readonly nextCallAt: Instant | null;
  readonly promise: PromisesToHim | null;
};

/** When the next update began to be waited for he sees by what we told him last. */
type PromisesToHim = Omit<Promises, 'nextUpdate'> & {
  readonly nextUpdate: { readonly by: Instant } | null;
};

function toHim(promise: Promises | null): PromisesToHim | null {
  const nextUpdate = promise?.nextUpdate ?? null;
  return promise && { ...promise, nextUpdate: nextUpdate && { by: nextUpdate.by } };
}

/** The ticket as its client sees it. */
export function portalView(ticket: Ticket, reader: PortalReader): PortalView {
  const { id, type, severity, title, description, site, reportedAt, owner, ownedSince } = ticket;
  const next = nextThing(ticket);
  const hasIt = isOpen(ticket) && owner !== null;
  return {
    id,
    state: !isOpen(ticket) ? 'solved' : hasIt ? 'in-work' : 'received',
    type,
    severity,
    title,
    description,
    site,
    reportedBy: authorOf(ticket.reportedBy, ticket, reader),
    reportedAt,
    hasItSince: hasIt ? ownedSince : null,
    nextCallAt: next?.what === 'page' ? next.at : null,
    promise: toHim(ticket.promise),
  };
}

/** Who did it, to this reader. Whoever is not of the ticket's client is one of us, whoever he is. */
export function authorOf(
  person: string,
  { client }: Pick<Ticket, 'client'>,
  reader: PortalReader,
): PortalAuthor {
  if (person === reader.person) return { who: 'you' };
  const theirs = reader.company.person.get(person)?.client ?? null;
  return theirs !== null && theirs === client ? { who: 'colleague', person } : { who: 'us' };
}
