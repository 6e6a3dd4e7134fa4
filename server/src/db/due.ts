import { type CompiledQuery, type ExpressionBuilder, sql } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { ofLength, shaped, shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;

/** What has deadlines. Each has at most one, in a row of its own, written by the transaction that changed it. */
export const dueKinds = ['ticket', 'page', 'schedule', 'pager'] as const;
export type DueKind = (typeof dueKinds)[number];

export type Deadline = { readonly kind: DueKind; readonly id: string };
export type Due = Deadline & { readonly dueAt: number };

/** What is due at `now`, the earliest first, at most `most`. `kinds` null = of any. */
export const duesBy = shaped(
  ({ build }, { kinds, now, most }: Looked): CompiledQuery<Due> => {
    const due = build
      .selectFrom('due')
      .select(['kind', 'id', 'due_at as dueAt'])
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .orderBy('kind')
      .orderBy('id')
      .limit(most);
    return (kinds === null ? due : due.where('kind', 'in', kinds)).$castTo<Due>().compile();
  },
  ({ kinds, now, most }) => [now, ...(kinds ?? []), most],
  ({ kinds }) => String(kinds),
);

type Looked = {
  readonly kinds: readonly DueKind[] | null;
  readonly now: number;
  readonly most: number;
};

/** When the first deadline is, due or not; no row = there is none. `kinds` null = of any. */
export const firstDue = shaped(
  ({ build }, kinds: readonly DueKind[] | null): CompiledQuery<{ dueAt: number }> => {
    const first = build.selectFrom('due').select('due_at as dueAt').orderBy('due_at').limit(1);
    return (kinds === null ? first : first.where('kind', 'in', kinds)).compile();
  },
  (kinds) => [...(kinds ?? []), 1],
  String,
);

/** As they stand now: an item reads its own again under its lock. */
export const dueOf = shapedDeadlines(({ build }, deadlines): CompiledQuery<Due> =>
  build
    .selectFrom('due')
    .select(['kind', 'id', 'due_at as dueAt'])
    .where((is) => is.or(byKind(deadlines).map(([kind, ids]) => are(is, kind, ids))))
    .$castTo<Due>()
    .compile(),
);

export const saveDues = shapedList(
  ({ build }, dues: readonly Due[]): CompiledQuery =>
    build
      .insertInto('due')
      .values(dues.map(({ kind, id, dueAt }) => ({ kind, id, due_at: dueAt })))
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'id'])
          .doUpdateSet((set) => ({ due_at: set.ref('excluded.due_at') })),
      )
      .compile(),
  ({ kind, id, dueAt }) => [kind, id, dueAt],
);

export const removeDues = shapedDeadlines(({ build }, deadlines): CompiledQuery =>
  build
    .deleteFrom('due')
    .where((is) => is.or(byKind(deadlines).map(([kind, ids]) => are(is, kind, ids))))
    .compile(),
);

/** Makes the open tickets of these owners due: they have to be looked at again. */
export function armOwned({ build }: Builds, owners: readonly string[], at: number): CompiledQuery {
  return build
    .insertInto('due')
    .columns(['kind', 'id', 'due_at'])
    .expression((is) =>
      is
        .selectFrom('ticket')
        .select([sql.lit('ticket').as('kind'), 'id', sql.lit(at).as('due_at')])
        .where('owner', 'in', owners),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'id'])
        .doUpdateSet((set) => ({ due_at: set.ref('excluded.due_at') })),
    )
    .compile();
}

/** A statement about rows that `are` some of these. */
export function shapedDeadlines<Row>(
  make: (db: Pick<Database, 'build'>, deadlines: readonly Deadline[]) => CompiledQuery<Row>,
) {
  return shaped(
    make,
    (deadlines) => byKind(deadlines).flat(2),
    (deadlines) => {
      const kinds = byKind(deadlines);
      // Of several kinds there are too many mixtures to keep long ones.
      if (kinds.length > 1 && deadlines.length > 8) return null;
      return ofLength(deadlines) && kinds.map(([kind, ids]) => `${kind} ${ids.length}`).join();
    },
  );
}

/** A condition per kind and not per deadline: an expression has a greatest depth. */
export function byKind(
  deadlines: readonly Deadline[],
): readonly (readonly [DueKind, readonly string[]])[] {
  const ids = Map.groupBy(deadlines, ({ kind }) => kind);
  return dueKinds.flatMap((kind) => {
    const some = ids.get(kind);
    return some === undefined ? [] : [[kind, some.map(({ id }) => id)] as const];
  });
}

/** The row is one of these. */
export function are(
  is: ExpressionBuilder<Schema, 'due' | 'fault'>,
  kind: DueKind,
  ids: readonly string[],
) {
  return is.and([is('kind', '=', kind), is('id', 'in', ids)]);
}
