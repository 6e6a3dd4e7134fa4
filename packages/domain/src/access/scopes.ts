/**
 * Whose rows a device holds (sync.md, section 3). A scope is a word: `all`, `team:<key>`, `user:<key>`, `ref`. What a
 * person may read of tickets is exactly what his scopes hold; a test keeps this and `may` together.
 */

import type { Person, Team } from '../directory/directory.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { type Actor, may } from './may.ts';

/** What must be known of people and teams to say what somebody may: a device knows no more of them. */
export type Company = {
  readonly person: ReadonlyMap<
    string,
    Pick<Person, 'roles' | 'client' | 'ownTicketsOnly' | 'disabled'>
  >;
  readonly team: ReadonlyMap<string, Pick<Team, 'lead' | 'members'>>;
};

/** Every ticket: of those who look over all. */
export const everyTicket = 'all';
/** What the directory says and every colleague may know (reference.ts). */
export const reference = 'ref';
export const teamScope = (team: string): string => `team:${team}`;
export const personScope = (person: string): string => `user:${person}`;

/** The person's scopes as the directory stands, sorted. None of a client's or a disabled person's: they have no device. */
export function scopesOf(key: string, directory: Company): readonly string[] {
  const person = directory.person.get(key);
  const actor: Actor = { kind: 'person', person: key, roles: person?.roles ?? [] };
  if (person === undefined || person.disabled || !may(actor, 'sync.exchange')) return [];
  const teams = [...directory.team]
    .filter(([, team]) => team.lead === key || team.members.includes(key))
    .map(([team]) => teamScope(team));
  const wide = may(actor, 'ticket.read', ['other']) ? [everyTicket] : [];
  return [...wide, reference, ...teams, personScope(key)].sort();
}

/** What says to whom a ticket is personal. */
export type Personal = Pick<
  Ticket,
  'reportedBy' | 'owner' | 'formerOwner' | 'coResponders' | 'pages' | 'informed' | 'isPutAway'
>;

/**
 * People to whom the ticket is personal, each once: they may read it whatever team it stands with. Whoever reported it
 * always; whoever has or had it, was paged or informed since it was reported or last reopened, until it is put away.
 */
export function audience(ticket: Personal): readonly string[] {
  const { reportedBy, owner, formerOwner, coResponders, pages, informed } = ticket;
  if (ticket.isPutAway) return [reportedBy];
  const people = [
    reportedBy,
    owner,
    formerOwner,
    ...coResponders,
    ...pages.map(({ person }) => person),
    ...informed,
  ];
  return [...new Set(people.filter((person) => person !== null))];
}

/** The scopes that hold the ticket: whoever has one of them may read it. */
export function ticketScopes(ticket: Personal & Pick<Ticket, 'team'>): readonly string[] {
  const team = ticket.team === null ? [] : [teamScope(ticket.team)];
  return [everyTicket, ...team, ...audience(ticket).map(personScope)];
}
