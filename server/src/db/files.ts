import type { PictureType } from '@rung/domain/ticket/commands.ts';
import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;

/** A picture as it was declared. `storedAt` null = its bytes are not here yet. */
export type FileRow = {
  readonly id: string;
  readonly ticket: string;
  readonly person: string;
  readonly hash: string;
  readonly size: number;
  readonly type: PictureType;
  readonly createdAt: number;
  readonly storedAt: number | null;
};

const columns = [
  'id',
  'ticket',
  'person',
  'hash',
  'size',
  'type',
  'created_at as createdAt',
  'stored_at as storedAt',
] as const;

export const filesById = shapedList(
  ({ build }, ids: readonly string[]): CompiledQuery<FileRow> =>
    build.selectFrom('file').select(columns).where('id', 'in', ids).compile(),
  (id) => [id],
);

/** null = no picture was declared by this id. */
export async function fileById(
  { read }: Pick<Database, 'read'>,
  id: string,
): Promise<FileRow | null> {
  const row = await read.selectFrom('file').select(columns).where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

/** Those of them that were declared. */
export async function filesNamed(
  db: Pick<Database, 'build' | 'dialect' | 'look'>,
  ids: readonly string[],
): Promise<readonly FileRow[]> {
  return ids.length === 0 ? [] : db.look(filesById(db, ids));
}

/** A key that is taken is a conflict: whoever loads anew finds the other. */
export function addFiles(
  db: Pick<Database, 'build' | 'dialect'>,
  rows: readonly FileRow[],
): CompiledQuery {
  return insertFiles(
    db,
    rows.map(({ createdAt, storedAt, ...row }) => {
      return { ...row, created_at: createdAt, stored_at: storedAt };
    }),
  );
}

const insertFiles = shapedList(
  ({ build }, rows: readonly Schema['file'][]) =>
    build
      .insertInto('file')
      .values([...rows])
      .compile(),
  (row) => Object.values(row),
);

/** Their bytes are here. */
export function stampFiles(
  { build }: Builds,
  ids: readonly string[],
  storedAt: number,
): CompiledQuery {
  return build.updateTable('file').set({ stored_at: storedAt }).where('id', 'in', ids).compile();
}

/** Keeps the mark of the folder of files where there is none yet: the first process's is everybody's. */
export function addFolderMark({ build }: Builds, mark: string): CompiledQuery {
  return build
    .insertInto('file_folder')
    .values({ id: 1, mark })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile();
}

export function folderMark({ build }: Builds): CompiledQuery<{ mark: string }> {
  return build.selectFrom('file_folder').select('mark').where('id', '=', 1).compile();
}
