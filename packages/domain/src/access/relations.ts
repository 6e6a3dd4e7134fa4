import { has, type Ticket } from '../ticket/ticket.ts';
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
    // Who was one of ours, or another company's, before he came to his takes nothing along.
    ['mine', audience(ticket).includes(personKey) && (person.client === null || isOwnClient)],
    ['my-team', team?.members.includes(personKey) ?? false],
    ['my-led-team', team?.lead === personKey],
    ['my-client', isOwnClient && !person.ownTicketsOnly],
    ['other', true],
  ];
  return held.filter(([, isHeld]) => isHeld).map(([relation]) => relation);
}

/** What the person was to the ticket in this generation, where that is over; by it late answers are permitted, and nothing is read. */
export function relationsThen(
  { formerTeams, formerAudience }: Pick<Ticket, 'formerTeams' | 'formerAudience'>,
  personKey: string,
  generation: number,
  directory: Company,
): readonly Relation[] {
  const teams = formerTeams
    .filter(({ until }) => generation <= until)
    .flatMap(({ team }) => directory.team.get(team) ?? []);
  const wasPersonal = ({ person, until }: Ticket['formerAudience'][number]) =>
    person === personKey && generation <= until;
  const held: readonly (readonly [Relation, boolean])[] = [
    ['mine', formerAudience.some(wasPersonal)],
    ['my-team', teams.some(({ members }) => members.includes(personKey))],
    ['my-led-team', teams.some(({ lead }) => lead === personKey)],
  ];
  return held.filter(([, isHeld]) => isHeld).map(([relation]) => relation);
}
