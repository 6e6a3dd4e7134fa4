/** Which tickets somebody may read, one or a list of them: what every door that shows tickets asks. */

import { type Action, type Actor, may } from '@rung/domain/access/may.ts';
import { relationsTo } from '@rung/domain/access/relations.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { ulid } from '@rung/protocol/text.ts';
import type { Context } from 'hono';
import * as v from 'valibot';
import { newestTickets, type Readable } from '../db/ticket-lists.ts';
import { ticketById, type TicketRow } from '../db/tickets.ts';
import { notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

const most = 100;

/** The ticket of the address. Unknown and foreign answer alike. */
export async function ticketOf(parts: Parts, c: Context<Env>, action: Action): Promise<TicketRow> {
  const { actor, directory } = c.var;
  const id = v.safeParse(ulid, c.req.param('id'));
  const row = id.success ? await ticketById(parts.db, id.output) : null;
  if (row === null || !mayOn(actor, action, row.ticket, directory)) throw notFound();
  return row;
}

/** The newest tickets that he may do this to, the highest number first, at most 100. One that cannot be read is left out. */
export async function listOf(
  { db, log }: Pick<Parts, 'db' | 'log'>,
  { actor, directory }: Pick<Env['Variables'], 'actor' | 'directory'>,
  action: Action,
  before: number | undefined,
): Promise<{ readonly rows: readonly TicketRow[]; readonly hasMore: boolean }> {
  const readable = readableBy(actor, action, directory);
  let leftOut = 0;
  const unreadable = (ticket: string, error: unknown) => {
    leftOut += 1;
    log.error('a ticket cannot be read; the list leaves it out', { ticket, error });
  };
  // One more than is shown tells whether there are older ones.
  const rows = await newestTickets(db, readable, most + 1, { before, unreadable });
  return {
    rows: rows.slice(0, most).filter(({ ticket }) => mayOn(actor, action, ticket, directory)),
    hasMore: rows.length + leftOut > most,
  };
}

/** Whether he may do this to it, by what he is to it. */
export function mayOn(actor: Actor, action: Action, ticket: Ticket, directory: Directory): boolean {
  const person = actor.kind === 'person' ? actor.person : '';
  return may(actor, action, relationsTo(ticket, person, directory));
}

/** A first cut for the database, never narrower than what `mayOn` then lets through. */
function readableBy(actor: Actor, action: Action, directory: Directory): Readable {
  if (may(actor, action, ['other'])) return { all: true };
  const key = actor.kind === 'person' ? actor.person : '';
  const teams = [...directory.team]
    .filter(([, team]) => team.lead === key || team.members.includes(key))
    .map(([team]) => team);
  const person = directory.person.get(key);
  const client = person?.ownTicketsOnly === true ? null : (person?.client ?? null);
  return { all: false, teams, client, person: key };
}
