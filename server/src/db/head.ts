import { type CompiledQuery, sql } from 'kysely';
import type { Database } from './open.ts';

/** What a commit got: its version, and the first of the ticket numbers it drew. */
export type Head = { readonly ver: number; readonly firstNumber: number };

/**
 * Takes the next version and `numbers` ticket numbers, and holds the row until commit, so that version order is
 * commit order (sync.md, section 2). Answers no row when the directory is no longer at `directoryVersion`, or when an
 * edit of it was checked against tickets that have changed.
 */
export function bumpHead(
  { build }: Pick<Database, 'build'>,
  {
    directoryVersion,
    numbers,
    editOf,
  }: {
    readonly directoryVersion: number;
    readonly numbers: number;
    /** An edit of the directory: the `ver` at which what it was checked against was read. null = no edit. */
    readonly editOf: number | null;
  },
): CompiledQuery<Head> {
  const bump = build
    .updateTable('sync_head')
    .set({
      ver: sql`ver + 1`,
      next_number: sql`next_number + ${numbers}`,
      ...(editOf === null ? {} : { directory_ver: sql`ver + 1` }),
    })
    .where('id', '=', 1)
    .where('directory_ver', '=', directoryVersion);
  return (editOf === null ? bump : bump.where('ver', '=', editOf))
    .returning(['ver', sql<number>`next_number - ${numbers}`.as('firstNumber')])
    .compile();
}

/** The version of the last commit. */
export function headVersion({ build }: Pick<Database, 'build'>): CompiledQuery<{ ver: number }> {
  return build.selectFrom('sync_head').select('ver').where('id', '=', 1).compile();
}
