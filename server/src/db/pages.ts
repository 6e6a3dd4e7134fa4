import type { PageState } from '@rung/domain/paging/page-state.ts';
import { type CompiledQuery, sql } from 'kysely';
import { thisVersion } from './head.ts';
import type { Database } from './open.ts';
import { shapedList } from './shapes.ts';

export type PageRow = {
  readonly id: string;
  readonly ticket: string;
  readonly person: string;
  readonly state: PageState;
  readonly createdAt: number;
  /** When a device of its person first showed it. Once it is written it stays; null takes nothing back. */
  readonly receivedAt: number | null;
  /** When its person first opened it; the same holds. */
  readonly seenAt: number | null;
};

const columns = [
  'id',
  'ticket',
  'person',
  'state',
  'created_at as createdAt',
  'received_at as receivedAt',
  'seen_at as seenAt',
] as const;

export const pagesById = shapedList(
  ({ build }, ids: readonly string[]): CompiledQuery<PageRow> =>
    build.selectFrom('page').select(columns).where('id', 'in', ids).$castTo<PageRow>().compile(),
  (id) => [id],
);

/** The pages of these tickets, by id. */
export function pagesOfTickets(
  { build }: Pick<Database, 'build'>,
  tickets: readonly string[],
): CompiledQuery<PageRow> {
  return build
    .selectFrom('page')
    .select(columns)
    .where('ticket', 'in', tickets)
    .orderBy('id')
    .$castTo<PageRow>()
    .compile();
}

export const savePages = shapedList(
  ({ build }, rows: readonly PageRow[]): CompiledQuery =>
    build
      .insertInto('page')
      .values(
        rows.map(({ id, ticket, person, state, createdAt, receivedAt, seenAt }) => ({
          id,
          ver: thisVersion,
          ticket,
          person,
          state,
          created_at: createdAt,
          received_at: receivedAt,
          seen_at: seenAt,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((set) => ({
          ver: set.ref('excluded.ver'),
          state: set.ref('excluded.state'),
          received_at: set.fn.coalesce('page.received_at', 'excluded.received_at'),
          seen_at: set.fn.coalesce('page.seen_at', 'excluded.seen_at'),
        })),
      )
      .compile(),
  ({ id, ticket, person, state, createdAt, receivedAt, seenAt }) => [
    id,
    ticket,
    person,
    state,
    createdAt,
    receivedAt,
    seenAt,
  ],
);

/** The row as it becomes: of its first signs none is lost, whoever writes it without knowing them. */
export function withSigns(row: PageRow, before: PageRow | undefined): PageRow {
  if (before === undefined) return row;
  return {
    ...row,
    receivedAt: before.receivedAt ?? row.receivedAt,
    seenAt: before.seenAt ?? row.seenAt,
  };
}

/**
 * The person can be told in a new way, by this contact method: his pages that were given up wait again, and all that wait
 * are due now. What the method took for them went to the address that it had before. Pages about faults stay as they are:
 * the next one tells him.
 */
export function wakePages(
  { build }: Pick<Database, 'build'>,
  { id, person }: { readonly id: string; readonly person: string },
  at: number,
): readonly CompiledQuery[] {
  const waiting = build
    .selectFrom('page')
    .select('id')
    .where('person', '=', person)
    .where('state', 'in', ['pending', 'notifying']);
  return [
    build
      .updateTable('page')
      .set({ state: 'pending', ver: thisVersion })
      .where('person', '=', person)
      .where('state', '=', 'unreachable')
      .where('id', 'not like', '%.fault-%')
      .compile(),
    build
      .updateTable('notification')
      .set({ state: 'gone' })
      .where('method', '=', id)
      .where('state', 'in', ['accepted', 'failed'])
      .where('page', 'in', waiting)
      .compile(),
    build
      .insertInto('due')
      .columns(['kind', 'id', 'due_at'])
      .expression((is) =>
        is
          .selectFrom('page')
          .select([sql.lit('page').as('kind'), 'id', sql.lit(at).as('due_at')])
          .where('person', '=', person)
          .where('state', 'in', ['pending', 'notifying']),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'id'])
          .doUpdateSet((set) => ({ due_at: set.ref('excluded.due_at') })),
      )
      .compile(),
  ];
}
