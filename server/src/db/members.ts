import { type CompiledQuery, sql } from 'kysely';
import { thisVersion } from './head.ts';
import type { Database } from './open.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;

/** To whom a ticket is personal. */
export type Member = { readonly person: string; readonly ticket: string };

/** From this version on, unless he is one already. */
export const addMembers = shapedList(
  ({ build }, members: readonly Member[]): CompiledQuery =>
    build
      .insertInto('ticket_person')
      .values(members.map(({ person, ticket }) => ({ person, ticket, since: thisVersion })))
      .onConflict((conflict) => conflict.columns(['person', 'ticket']).doNothing())
      .compile(),
  ({ person, ticket }) => [person, ticket],
);

export function removeMembers({ build }: Builds, members: readonly Member[]): CompiledQuery {
  const rows = members.map(({ person, ticket }) => sql`(${person}, ${ticket})`);
  return (
    build
      .deleteFrom('ticket_person')
      // A condition for each would be deeper than SQLite goes.
      .where(sql<boolean>`(person, ticket) in (values ${sql.join(rows)})`)
      .compile()
  );
}

/** A row that is in a scope no more. */
export type Left = { readonly scope: string; readonly entity: 'ticket'; readonly id: string };

/** One mark per scope and row: that it left at this version. */
export function saveLeft({ build }: Builds, rows: readonly Left[], at: number): CompiledQuery {
  return build
    .insertInto('sync_left')
    .values(rows.map((row) => ({ ...row, ver: thisVersion, left_at: at })))
    .onConflict((conflict) =>
      conflict.columns(['scope', 'entity', 'id']).doUpdateSet((set) => ({
        ver: set.ref('excluded.ver'),
        left_at: set.ref('excluded.left_at'),
      })),
    )
    .compile();
}

/**
 * Forgets marks from before `before`. Whoever's cookie is older than the newest of them needs a snapshot: the floor rises
 * first, so that nobody in between takes a part for the whole.
 */
export function sweepLeft({ build }: Builds, before: number): readonly CompiledQuery[] {
  const newest = build
    .selectFrom('sync_left')
    .select(({ fn }) => fn.max<number>('ver').as('ver'))
    .where('left_at', '<', before);
  return [
    build
      .updateTable('sync_head')
      .set({ gc_floor: newest })
      .where('id', '=', 1)
      .where('gc_floor', '<', newest)
      .compile(),
    build.deleteFrom('sync_left').where('left_at', '<', before).compile(),
  ];
}
