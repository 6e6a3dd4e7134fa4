import type { CompiledQuery } from 'kysely';
import { are, byKind, type Deadline, type DueKind, shapedDeadlines } from './due.ts';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build'>;

/** A deadline whose work threw, how often, and what it threw last. */
export type Fault = Deadline & {
  readonly tries: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly error: string;
};

const columns = [
  'kind',
  'id',
  'tries',
  'first_at as firstAt',
  'last_at as lastAt',
  'error',
] as const;

export const faultsOf = shapedDeadlines(({ build }, deadlines): CompiledQuery<Fault> =>
  build
    .selectFrom('fault')
    .select(columns)
    .where((is) => is.or(byKind(deadlines).map(([kind, ids]) => are(is, kind, ids))))
    .$castTo<Fault>()
    .compile(),
);

/** All there are, the oldest first. */
export async function faults({ read }: Pick<Database, 'read'>): Promise<readonly Fault[]> {
  const rows = await read.selectFrom('fault').select(columns).orderBy('first_at').execute();
  return rows.map((row) => ({ ...row, kind: row.kind as DueKind }));
}

export function saveFaults({ build }: Builds, rows: readonly Fault[]): CompiledQuery {
  return build
    .insertInto('fault')
    .values(
      rows.map(({ kind, id, tries, firstAt, lastAt, error }) => ({
        kind,
        id,
        tries,
        first_at: firstAt,
        last_at: lastAt,
        error,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['kind', 'id']).doUpdateSet((set) => ({
        tries: set.ref('excluded.tries'),
        last_at: set.ref('excluded.last_at'),
        error: set.ref('excluded.error'),
      })),
    )
    .compile();
}

export const removeFaults = shapedDeadlines(({ build }, deadlines): CompiledQuery =>
  build
    .deleteFrom('fault')
    .where((is) => is.or(byKind(deadlines).map(([kind, ids]) => are(is, kind, ids))))
    .compile(),
);
