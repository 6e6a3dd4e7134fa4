import { type CompiledQuery, type ExpressionBuilder, sql } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';

type Builds = Pick<Database, 'build'>;

/** What has deadlines. Each has at most one, in a row of its own, written by the transaction that changed it. */
export const dueKinds = ['ticket', 'page', 'schedule'] as const;
export type DueKind = (typeof dueKinds)[number];

export type Deadline = { readonly kind: DueKind; readonly id: string };
export type Due = Deadline & { readonly dueAt: number };

/** The earliest deadlines, at most `most`, whether they are due or not. `kinds` null = of any. */
export async function firstDues(
  { read }: Pick<Database, 'read'>,
  kinds: readonly DueKind[] | null,
  most: number,
): Promise<readonly Due[]> {
  const first = read
    .selectFrom('due')
    .select(['kind', 'id', 'due_at as dueAt'])
    .orderBy('due_at')
    .orderBy('kind')
    .orderBy('id')
    .limit(most);
  const rows = await (kinds === null ? first : first.where('kind', 'in', kinds)).execute();
  return rows as readonly Due[];
}

/** As they stand now: an item reads its own again under its lock. */
export function dueOf({ build }: Builds, deadlines: readonly Deadline[]): CompiledQuery<Due> {
  return build
    .selectFrom('due')
    .select(['kind', 'id', 'due_at as dueAt'])
    .where((is) => is.or(byKind(deadlines).map(([kind, ids]) => are(is, kind, ids))))
    .$castTo<Due>()
    .compile();
}

export function saveDues({ build }: Builds, dues: readonly Due[]): CompiledQuery {
  return build
    .insertInto('due')
    .values(dues.map(({ kind, id, dueAt }) => ({ kind, id, due_at: dueAt })))
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'id'])
        .doUpdateSet((set) => ({ due_at: set.ref('excluded.due_at') })),
    )
    .compile();
}

export function removeDues({ build }: Builds, deadlines: readonly Deadline[]): CompiledQuery {
  return build
    .deleteFrom('due')
    .where((is) => is.or(byKind(deadlines).map(([kind, ids]) => are(is, kind, ids))))
    .compile();
}

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

/** A condition per kind and not per deadline: an expression has a greatest depth. */
export function byKind(
  deadlines: readonly Deadline[],
): readonly (readonly [DueKind, readonly string[]])[] {
  return [...Map.groupBy(deadlines, ({ kind }) => kind)].map(([kind, some]) => [
    kind,
    some.map(({ id }) => id),
  ]);
}

/** The row is one of these. */
export function are(
  is: ExpressionBuilder<Schema, 'due' | 'fault'>,
  kind: DueKind,
  ids: readonly string[],
) {
  return is.and([is('kind', '=', kind), is('id', 'in', ids)]);
}
