import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

/** Longer without a sign of any server counts as downtime, ms (domain.md, section 2, "After downtime"). */
const downtimeMs = 60_000;

/**
 * Says that a server lives at `at`, and answers when somebody last lived again after downtime (null = never). It does not
 * move back by less than a minute: the processes of one database share the row. `isUnbroken`: it lived all the time since
 * its last beat, however long ago that was, because somebody moves its clock.
 */
export function beat(
  { build }: Pick<Database, 'build'>,
  at: number,
  isUnbroken = false,
): CompiledQuery<{ resumedAt: number | null }> {
  return build
    .insertInto('alive')
    .values({ id: 1, at, resumed_at: null })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        at: set
          .case()
          .when('excluded.at', '>', set.ref('alive.at'))
          .then(set.ref('excluded.at'))
          // A clock that was far ahead wrote it: left there it would hide all downtime until then.
          .when(set('alive.at', '-', set.ref('excluded.at')), '>', downtimeMs)
          .then(set.ref('excluded.at'))
          .else(set.ref('alive.at'))
          .end(),
        resumed_at: isUnbroken
          ? set.ref('alive.resumed_at')
          : set
              .case()
              .when(set('excluded.at', '-', set.ref('alive.at')), '>', downtimeMs)
              .then(set.ref('excluded.at'))
              .else(set.ref('alive.resumed_at'))
              .end(),
      })),
    )
    .returning('resumed_at as resumedAt')
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
