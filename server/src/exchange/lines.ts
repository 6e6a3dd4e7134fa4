/** Rows as the lines of an answer (protocol's exchange.ts). */

import { everyTicket, personScope, reference, teamScope } from '@rung/domain/access/scopes.ts';
import { referenceOf } from '@rung/domain/access/reference.ts';
import { must } from '@rung/domain/base/must.ts';
import type { Kind } from '@rung/domain/directory/directory.ts';
import type { Shift } from '@rung/domain/schedule/shift.ts';
import { fold } from '@rung/domain/ticket/evolve.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import type { ExchangeLine } from '@rung/protocol/exchange.ts';
import { toEvent } from '../db/events.ts';
import type { PulledTicket } from '../db/pull.ts';
import type { Schema } from '../db/schema.ts';
import { toTicketRow } from '../db/tickets.ts';

/** A line, whole, without its end. */
export function lineOf(line: ExchangeLine): string {
  return JSON.stringify(line);
}

/** Which of these scopes hold a ticket of this team, personal to the person or not. */
export function holdersOf(
  { team, personalSince }: Pick<PulledTicket, 'team' | 'personalSince'>,
  person: string,
  scopes: readonly string[],
): string[] {
  const holding = [
    everyTicket,
    teamScope(team),
    ...(personalSince === null ? [] : [personScope(person)]),
  ];
  return scopes.filter((scope) => holding.includes(scope));
}

/** @throws when its fold cannot be read. */
export function ticketLine(row: PulledTicket, s: string[]): string {
  const { number, seq, ticket } = toTicketRow(row);
  const d = { id: row.id, number, seq, fold: foldVersion, state: ticket };
  return lineOf({ t: 'put', e: 'ticket', s, v: row.ver, d });
}

/** The same of one that older rules folded, by its whole log. @throws when that cannot be folded. */
export function foldedLine(
  { id, number, seq, ver }: PulledTicket,
  log: readonly Schema['event'][],
  s: string[],
): string {
  const state = must(fold(log.map(toEvent)), `${id} has no events`);
  return lineOf({
    t: 'put',
    e: 'ticket',
    s,
    v: ver,
    d: { id, number, seq, fold: foldVersion, state },
  });
}

export function eventLine(row: Schema['event'], s: string[]): string {
  return lineOf({ t: 'put', e: 'event', s, v: row.ver, d: { ...toEvent(row) } });
}

export function pageLine(row: Schema['page'], s: string[]): string {
  const { id, ticket, person, state, ver } = row;
  const at = { createdAt: row.created_at, receivedAt: row.received_at, seenAt: row.seen_at };
  return lineOf({ t: 'put', e: 'page', s, v: ver, d: { id, ticket, person, state, ...at } });
}

/** A schedule goes with its shifts: who is on call and next, without any rota. */
export function itemLine(
  { kind, key, body, ver }: Schema['directory_item'],
  shifts: readonly Shift[],
): string {
  const s = [reference];
  if (body === null) return lineOf({ t: 'del', e: 'ref', id: `${kind}/${key}`, s, v: ver });
  const known = referenceOf(kind as Kind, JSON.parse(body) as never);
  const d = { ...known, ...(kind === 'schedule' ? { shifts } : {}), kind, key };
  return lineOf({ t: 'put', e: 'ref', s, v: ver, d });
}

export function leftLine({ scope, id, ver }: Schema['sync_left']): string {
  return lineOf({ t: 'del', e: 'ticket', id, s: [scope], v: ver });
}
