/** What a device is sent: rows by version, and by id where a scope is new to it (sync.md, sections 2 and 3). */

import { type CompiledQuery, type ExpressionBuilder, sql } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { type StoredTicket, ticketColumns } from './tickets.ts';

type Builds = Pick<Database, 'build'>;

/** Where everything stands. */
export type Head = { readonly ver: number; readonly epoch: string; readonly floor: number };

export function headOf({ build }: Builds): CompiledQuery<Head> {
  return build
    .selectFrom('sync_head')
    .select(['ver', 'epoch', 'gc_floor as floor'])
    .where('id', '=', 1)
    .compile();
}

/** Tickets of some scopes: of these teams, personal to him, or all. `person` null = no scope of his. */
export type Within = {
  readonly isAll: boolean;
  readonly teams: readonly string[];
  readonly person: string | null;
};

/** A ticket, and since when who holds it. `personalSince` null = it is not personal to the person. */
export type PulledTicket = StoredTicket & {
  readonly ver: number;
  readonly team: string;
  readonly teamSince: number;
  readonly openSince: number;
  readonly phase: string | null;
  readonly personalSince: number | null;
};

/** Tickets of the person's, changed after `after`, in order of versions. Found by the index on versions: the cost is the change. */
export function ticketsAfter(
  db: Builds,
  person: string,
  within: Within,
  after: number,
  most: number,
): CompiledQuery<PulledTicket> {
  return tickets(db, person, within)
    .where('ticket.ver', '>', after)
    .orderBy('ticket.ver')
    .limit(most)
    .compile();
}

/** The same of one version, all of them. */
export function ticketsOfVersion(db: Builds, person: string, within: Within, ver: number) {
  return tickets(db, person, within).where('ticket.ver', '=', ver).compile();
}

/** Tickets by id, closed ones or the others. */
export function ticketsById(
  db: Builds,
  person: string,
  within: Within,
  {
    isClosed,
    after,
    most,
  }: { readonly isClosed: boolean; readonly after: string; readonly most: number },
): CompiledQuery<PulledTicket> {
  return tickets(db, person, within)
    .where((is) =>
      isClosed
        ? is('ticket.phase', '=', 'closed')
        : is.or([is('ticket.phase', '<>', 'closed'), is('ticket.phase', 'is', null)]),
    )
    .where('ticket.id', '>', after)
    .orderBy('ticket.id')
    .limit(most)
    .compile();
}

/** Those of these tickets that are within. */
export function ticketsAmong(db: Builds, person: string, within: Within, ids: readonly string[]) {
  return tickets(db, person, within).where('ticket.id', 'in', ids).orderBy('ticket.id').compile();
}

function tickets({ build }: Builds, person: string, within: Within) {
  return build
    .selectFrom('ticket')
    .leftJoin('ticket_person', (join) =>
      join.onRef('ticket_person.ticket', '=', 'ticket.id').on('ticket_person.person', '=', person),
    )
    .select(ticketColumns.map((column) => `ticket.${column}` as const))
    .select([
      'ticket.ver',
      'ticket.team',
      'ticket.team_since as teamSince',
      'ticket.open_since as openSince',
      'ticket.phase',
      'ticket_person.since as personalSince',
    ])
    .where(isWithin(within))
    .$castTo<PulledTicket>();
}

function isWithin({ isAll, teams, person }: Within) {
  return (is: ExpressionBuilder<Schema & { ticket_person: Schema['ticket_person'] }, 'ticket'>) => {
    if (isAll) return is.lit(true);
    return is.or([
      ...(teams.length === 0 ? [] : [is('ticket.team', 'in', teams)]),
      ...(person === null ? [] : [sql<boolean>`ticket_person.since is not null`]),
    ]);
  };
}

/** The whole logs of these tickets, or what was added to them after `after`; each in its order. */
export function eventsAfter(
  { build }: Builds,
  ids: readonly string[],
  after: number | null,
): CompiledQuery<Schema['event']> {
  const all = build.selectFrom('event').selectAll().where('ticket', 'in', ids);
  return (after === null ? all : all.where('ver', '>', after))
    .orderBy('ticket')
    .orderBy('seq')
    .compile();
}

/** How much text `eventsAfter` would read of each, bytes, more or less; of what has none there is no row. */
export function sizesAfter(
  { build }: Builds,
  ids: readonly string[],
  after: number | null,
): CompiledQuery<{ ticket: string; bytes: number }> {
  const all = build
    .selectFrom('event')
    // What stands beside the arguments.
    .select(['ticket', sql<number>`sum(octet_length(args) + 250)`.as('bytes')])
    .where('ticket', 'in', ids);
  return (after === null ? all : all.where('ver', '>', after)).groupBy('ticket').compile();
}

/** Every page of these tickets. */
export function pagesOf({ build }: Builds, ids: readonly string[]): CompiledQuery<Schema['page']> {
  return build.selectFrom('page').selectAll().where('ticket', 'in', ids).orderBy('id').compile();
}

/** Versions after the one, up to the other. */
export type Span = { readonly after: number; readonly to: number };

export type PulledPage = Schema['page'] & Pick<PulledTicket, 'team' | 'personalSince'>;

/**
 * Pages that changed then, of open tickets of the person's that did not change after `after`: of those that did they come
 * with the ticket, so that nobody gets a page before its ticket.
 */
export function pagesIn(
  { build }: Builds,
  person: string,
  within: Within,
  { after, to }: Span,
): CompiledQuery<PulledPage> {
  return build
    .selectFrom('page')
    .innerJoin('ticket', 'ticket.id', 'page.ticket')
    .leftJoin('ticket_person', (join) =>
      join.onRef('ticket_person.ticket', '=', 'ticket.id').on('ticket_person.person', '=', person),
    )
    .selectAll('page')
    .select(['ticket.team', 'ticket_person.since as personalSince'])
    .where('page.ver', '>', after)
    .where('page.ver', '<=', to)
    .where('ticket.ver', '<=', after)
    .where('ticket.phase', '<>', 'closed')
    .where(isWithin(within))
    .orderBy('page.ver')
    .compile();
}

/** What left these scopes then, in order of versions. */
export function leftIn({ build }: Builds, scopes: readonly string[], { after, to }: Span) {
  return build
    .selectFrom('sync_left')
    .selectAll()
    .where('scope', 'in', scopes)
    .where('ver', '>', after)
    .where('ver', '<=', to)
    .orderBy('ver')
    .compile();
}

/** Items of these kinds that changed after `after`, in order of versions; `body` null = removed. */
export function itemsAfter(
  { build }: Builds,
  kinds: readonly string[],
  after: number,
  most: number,
): CompiledQuery<Schema['directory_item']> {
  return build
    .selectFrom('directory_item')
    .selectAll()
    .where('kind', 'in', kinds)
    .where('ver', '>', after)
    .orderBy('ver')
    .limit(most)
    .compile();
}

/** The same of one version, all of them. */
export function itemsOfVersion({ build }: Builds, kinds: readonly string[], ver: number) {
  return build
    .selectFrom('directory_item')
    .selectAll()
    .where('kind', 'in', kinds)
    .where('ver', '=', ver)
    .compile();
}

/** Items that there are, by kind and key. */
export function itemsByKey(
  { build }: Builds,
  kinds: readonly string[],
  after: { readonly kind: string; readonly key: string },
  most: number,
): CompiledQuery<Schema['directory_item']> {
  return build
    .selectFrom('directory_item')
    .selectAll()
    .where('kind', 'in', kinds)
    .where('body', 'is not', null)
    .where((is) =>
      is.or([
        is('kind', '>', after.kind),
        is.and([is('kind', '=', after.kind), is('key', '>', after.key)]),
      ]),
    )
    .orderBy('kind')
    .orderBy('key')
    .limit(most)
    .compile();
}

/** The shifts that are kept of these schedules, earliest first. */
export function shiftsOfAll({ build }: Builds, schedules: readonly string[]) {
  return build
    .selectFrom('shift')
    .select(['schedule', 'from_at as from', 'to_at as to', 'person'])
    .where('schedule', 'in', schedules)
    .orderBy('schedule')
    .orderBy('from_at')
    .compile();
}
