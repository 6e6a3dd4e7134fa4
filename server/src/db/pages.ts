import type { CompiledQuery } from 'kysely';
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

/** The ticket's pages, the oldest first. */
export async function pagesOf(
  { read }: Pick<Database, 'read'>,
  ticket: string,
): Promise<readonly PageRow[]> {
  const rows = await read
    .selectFrom('page')
    .select(columns)
    .where('ticket', '=', ticket)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows as readonly PageRow[];
}
