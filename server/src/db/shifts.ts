import type { Shift } from '@rung/domain/schedule/shift.ts';
import type { CompiledQuery } from 'kysely';
import { thisVersion } from './head.ts';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build'>;

/** A schedule's shifts, all of them that are kept. */
export type Shifts = { readonly schedule: string; readonly shifts: readonly Shift[] };

export function removeShifts({ build }: Builds, schedules: readonly string[]): CompiledQuery {
  return build.deleteFrom('shift').where('schedule', 'in', schedules).compile();
}

/** Devices hold a schedule together with its shifts: it has changed when they were made anew. */
export function stampSchedules({ build }: Builds, schedules: readonly string[]): CompiledQuery {
  return build
    .updateTable('directory_item')
    .set({ ver: thisVersion })
    .where('kind', '=', 'schedule')
    .where('key', 'in', schedules)
    .compile();
}

export function addShifts(
  { build }: Builds,
  rows: readonly (Shift & { readonly schedule: string })[],
): CompiledQuery {
  return build
    .insertInto('shift')
    .values(
      rows.map(({ schedule, from, to, person }) => ({
        schedule,
        from_at: from,
        to_at: to,
        person,
        ver: thisVersion,
      })),
    )
    .compile();
}

/** The schedule's shifts that are kept, earliest first. */
export async function shiftsOf(
  { read }: Pick<Database, 'read'>,
  schedule: string,
): Promise<readonly Shift[]> {
  return read
    .selectFrom('shift')
    .select(['from_at as from', 'to_at as to', 'person'])
    .where('schedule', '=', schedule)
    .orderBy('from_at')
    .execute();
}
