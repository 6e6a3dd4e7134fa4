import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build' | 'dialect'>;

/** What became of a command, by its uid. */
export type Settled = {
  readonly uid: string;
  readonly outcome: 'applied' | 'noop' | 'rejected';
  readonly code: string | null;
  readonly ticket: string | null;
  readonly person: string;
};

export const settledByUid = shapedList(
  ({ build }, uids: readonly string[]): CompiledQuery<Settled> =>
    build
      .selectFrom('settled')
      .select(['uid', 'outcome', 'code', 'ticket', 'person'])
      .where('uid', 'in', uids)
      .compile(),
  (uid) => [uid],
);

export function addSettled(db: Builds, rows: readonly Settled[], at: number): CompiledQuery {
  return insertSettled(
    db,
    rows.map(({ uid, outcome, code, ticket, person }) => {
      return { uid, outcome, code, ticket, person, settled_at: at };
    }),
  );
}

const insertSettled = shapedList(
  ({ build }, rows: readonly Schema['settled'][]) =>
    build
      .insertInto('settled')
      .values([...rows])
      .compile(),
  (row) => Object.values(row),
);
