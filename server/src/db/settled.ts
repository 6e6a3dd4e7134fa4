import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build'>;

/** What became of a command, by its uid. */
export type Settled = {
  readonly uid: string;
  readonly outcome: 'applied' | 'noop' | 'rejected';
  readonly code: string | null;
  readonly ticket: string | null;
  readonly person: string;
};

export function settledByUid({ build }: Builds, uids: readonly string[]): CompiledQuery<Settled> {
  return build
    .selectFrom('settled')
    .select(['uid', 'outcome', 'code', 'ticket', 'person'])
    .where('uid', 'in', uids)
    .compile();
}

export function addSettled({ build }: Builds, rows: readonly Settled[], at: number): CompiledQuery {
  return build
    .insertInto('settled')
    .values(rows.map((row) => ({ ...row, settled_at: at })))
    .compile();
}
