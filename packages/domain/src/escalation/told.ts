/** Who is told of something without being asked to act. */

import { scopesOf, ticketScopes } from '../access/scopes.ts';
import { enabledPerson } from '../directory/people.ts';
import type { Consequence, Informed } from '../ticket/events.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { admins, type Context } from './targets.ts';

/** Whoever has it; where nobody has it whoever is asked. */
export function concerned({ owner, pages }: Ticket): readonly string[] {
  if (owner !== null) return [owner];
  return pages.filter(({ state }) => state === 'open').map(({ person }) => person);
}

/** To each once; nothing where there is nobody. */
export function informed(
  people: readonly string[],
  why: Informed['args']['why'],
): readonly Consequence[] {
  const each = [...new Set(people)];
  return each.length === 0 ? [] : [{ name: 'informed', args: { people: each, why } }];
}

/** Whether he may read it as the directory stands. */
export function isHisToRead(ticket: Ticket, person: string, { directory }: Context): boolean {
  const his = scopesOf(person, directory);
  return ticketScopes(ticket).some((scope) => his.includes(scope));
}

/**
 * The client’s words page nobody. Whoever has or had it hears of them, or is asked now, and can read them; else the team's
 * lead, or whoever administers where there is none.
 */
export function toldOfClients(ticket: Ticket, context: Context): readonly Consequence[] {
  const { directory } = context;
  const hears = (person: string) =>
    enabledPerson(directory, person) !== null && isHisToRead(ticket, person, context);
  const them = concerned(ticket).filter(hears);
  if (them.length > 0) return informed(them, 'client-wrote');
  const lead = directory.team.get(ticket.team ?? '')?.lead ?? null;
  const isThere = enabledPerson(directory, lead) !== null;
  return informed(lead !== null && isThere ? [lead] : admins(directory), 'client-wrote');
}
