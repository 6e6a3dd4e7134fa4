import { type CompiledQuery, sql } from 'kysely';
import { thisVersion } from './head.ts';
import type { Database } from './open.ts';
import { shapedList } from './shapes.ts';

/**
 * How a page stands. `pending`, `notifying` (a contact method has taken it), `received` (shown somewhere) are what
 * delivery says; the rest is what its person, the run or a look at all his contact methods said.
 */
export type PageState =
  'pending' | 'notifying' | 'received' | 'acked' | 'declined' | 'superseded' | 'unreachable';

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
 * The person can be told in a new way: his pages that were given up wait again, and all that wait are due now. Pages
 * about faults stay as they are: the next one tells him.
 */
export function wakePages(
  { build }: Pick<Database, 'build'>,
  person: string,
  at: number,
): readonly CompiledQuery[] {
  return [
    build
      .updateTable('page')
      .set({ state: 'pending', ver: thisVersion })
      .where('person', '=', person)
      .where('state', '=', 'unreachable')
      .where('id', 'not like', '%.fault-%')
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
