import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

/** Says that a server lives at `at`. Never moves back: the processes of one database share the row. */
export function beat(
  { build }: Pick<Database, 'build'>,
  at: number,
): CompiledQuery<{ at: number }> {
  return build
    .insertInto('alive')
    .values({ id: 1, at })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        at: set
          .case()
          .when('excluded.at', '>', set.ref('alive.at'))
          .then(set.ref('excluded.at'))
          .else(set.ref('alive.at'))
          .end(),
      })),
    )
    .returning('at')
    .compile();
}

/** A write that changes nothing. */
export function touch({ build }: Pick<Database, 'build'>): CompiledQuery<{ id: number }> {
  return build
    .updateTable('sync_head')
    .set({ id: 1 })
    .where('id', '=', 1)
    .returning('id')
    .compile();
}
