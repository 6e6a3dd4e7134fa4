import { has } from '../ticket/late-ack.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Relation } from './may.ts';
import { audience, type Company, type Personal } from './scopes.ts';

type Known = Personal & Pick<Ticket, 'team' | 'client'>;

/** What the person is to the ticket, for `may`. `other` always holds, so that "anything at all" can be granted. */
export function relationsTo(
  ticket: Known,
  personKey: string,
  directory: Company,
): readonly Relation[] {
  const person = directory.person.get(personKey);
  if (person === undefined) return ['other'];
  const team = ticket.team === null ? undefined : directory.team.get(ticket.team);
  const isOwnClient = person.client !== null && person.client === ticket.client;
  const held: readonly (readonly [Relation, boolean])[] = [
    ['owned', has(ticket, personKey)],
    ['mine', audience(ticket).includes(personKey)],
    ['my-team', team?.members.includes(personKey) ?? false],
    ['my-led-team', team?.lead === personKey],
    ['my-client', isOwnClient && !person.ownTicketsOnly],
    ['other', true],
  ];
  return held.filter(([, isHeld]) => isHeld).map(([relation]) => relation);
}
