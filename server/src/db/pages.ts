import { type CompiledQuery, sql } from 'kysely';
import { thisVersion } from './head.ts';
import type { Database } from './open.ts';

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

export function pagesById(
  { build }: Pick<Database, 'build'>,
  ids: readonly string[],
): CompiledQuery<PageRow> {
  return build
    .selectFrom('page')
    .select(columns)
    .where('id', 'in', ids)
    .$castTo<PageRow>()
    .compile();
}

export function savePages(
  { build }: Pick<Database, 'build'>,
  rows: readonly PageRow[],
): CompiledQuery {
  return build
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
      conflict
        .column('id')
        .doUpdateSet((set) => ({ ver: set.ref('excluded.ver'), state: set.ref('excluded.state') })),
    )
    .compile();
}

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
