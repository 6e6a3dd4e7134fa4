import { type CompiledQuery, sql } from 'kysely';
import type { Database } from './open.ts';

/** What a commit got: its version, and the first of the ticket numbers it drew. */
export type Head = { readonly ver: number; readonly firstNumber: number };

/**
 * Takes the next version and `numbers` ticket numbers, and holds the row until commit, so that version order is
 * commit order (sync.md, section 2). Answers no row when the directory is no longer at `directoryVersion`.
 */
export function bumpHead(
  { build }: Pick<Database, 'build'>,
  {
    directoryVersion,
    numbers,
    isDirectoryEdit,
  }: {
    readonly directoryVersion: number;
    readonly numbers: number;
    readonly isDirectoryEdit: boolean;
  },
): CompiledQuery<Head> {
  return build
    .updateTable('sync_head')
    .set({
      ver: sql`ver + 1`,
      next_number: sql`next_number + ${numbers}`,
      ...(isDirectoryEdit ? { directory_ver: sql`ver + 1` } : {}),
    })
    .where('id', '=', 1)
    .where('directory_ver', '=', directoryVersion)
    .returning(['ver', sql<number>`next_number - ${numbers}`.as('firstNumber')])
    .compile();
}
