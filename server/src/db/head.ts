import { type CompiledQuery, sql } from 'kysely';
import type { Database } from './open.ts';
import { shaped } from './shapes.ts';

/** In a statement after the head was bumped: the version of this commit. */
export const thisVersion = sql<number>`(select ver from sync_head where id = 1)`;

/** In a statement after the head was bumped: the n-th from the last of the numbers that this commit drew, the last being 1. */
export const numberFromLast = (n: number) =>
  sql<number>`(select next_number - ${n} from sync_head where id = 1)`;

/**
 * Takes the next version and `numbers` ticket numbers, and holds the row until commit, so that version order is
 * commit order (sync.md, section 2). Fails when the directory is no longer at `directoryVersion`, or when an edit of it
 * was checked against tickets that have changed: the statement is the first of a commit (open.ts), which then is none.
 */
export const bumpHead = shaped(
  ({ build, dialect }, { directoryVersion, numbers, editOf }: Bump): CompiledQuery => {
    const bump = build
      .updateTable('sync_head')
      .set({
        ver: sql`ver + 1`,
        next_number: sql`next_number + ${sql.lit(numbers)}`,
        ...(editOf === null ? {} : { directory_ver: sql`ver + 1` }),
      })
      .where('id', '=', 1)
      .where('directory_ver', '=', directoryVersion);
    const held = (editOf === null ? bump : bump.where('ver', '=', editOf)).returning('ver');
    if (dialect === 'sqlite') return held.compile();
    // The statements behind it are on their way already: it must fail by itself, and does so by a division by zero.
    return build
      .with('bump', () => held)
      .selectFrom('bump')
      .select(({ fn }) => sql`1 / ${fn.countAll()}`.as('held'))
      .compile();
  },
  ({ directoryVersion, editOf }) => [1, directoryVersion, ...(editOf === null ? [] : [editOf])],
  ({ numbers, editOf }) => `${numbers} ${editOf === null}`,
);

type Bump = {
  readonly directoryVersion: number;
  readonly numbers: number;
  /** An edit of the directory: the `ver` at which what it was checked against was read. null = no edit. */
  readonly editOf: number | null;
};

/** From now on no cookie of before is good. */
export function drawEpoch({ build }: Pick<Database, 'build'>, epoch: string): CompiledQuery {
  return build.updateTable('sync_head').set({ epoch }).where('id', '=', 1).compile();
}

/** The version of the last commit. */
export function headVersion({ build }: Pick<Database, 'build'>): CompiledQuery<{ ver: number }> {
  return build.selectFrom('sync_head').select('ver').where('id', '=', 1).compile();
}
