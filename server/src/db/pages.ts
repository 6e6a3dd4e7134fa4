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
};

const columns = ['id', 'ticket', 'person', 'state', 'created_at as createdAt'] as const;

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
        rows.map(({ id, ticket, person, state, createdAt }) => ({
          id,
          ver: thisVersion,
          ticket,
          person,
          state,
          created_at: createdAt,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((set) => ({
          ver: set.ref('excluded.ver'),
          state: set.ref('excluded.state'),
        })),
      )
      .compile(),
  ({ id, ticket, person, state, createdAt }) => [id, ticket, person, state, createdAt],
);

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
