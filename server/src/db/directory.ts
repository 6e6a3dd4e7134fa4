import {
  type Change,
  type Directory,
  type DirectoryEvent,
  emptyDirectory,
  withChanges,
} from '@rung/domain/directory/directory.ts';
import type { CompiledQuery } from 'kysely';
import type { ReadonlyCompiledQuery } from 'kysely/readonly';
import { chunks } from './chunks.ts';
import { thisVersion } from './head.ts';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build'>;
type Run = <Row>(query: CompiledQuery<Row>) => Promise<readonly Row[]>;

export type DirectoryCache = {
  /**
   * The directory as the database has it now: one small read when nothing changed, else only the items that did.
   * `run` reads inside a transaction; without it, outside of any.
   */
  fresh(run?: Run): Promise<Directory>;
};

/** Keeps the directory in memory, by version. The only thing that is cached between groups. */
export function openDirectoryCache({
  build,
  read,
}: Pick<Database, 'build' | 'read'>): DirectoryCache {
  const outside = outsideOf(read);
  let current = emptyDirectory();
  const version = build
    .selectFrom('sync_head')
    .select('directory_ver')
    .where('id', '=', 1)
    .compile();

  return {
    async fresh(run = outside) {
      const [head] = await run(version);
      const stored = head?.directory_ver ?? 0;
      const known = current;
      if (stored === known.version) return known;
      const items = await run(
        build
          .selectFrom('directory_item')
          .select(['kind', 'key', 'body'])
          .where('ver', '>', known.version)
          .compile(),
      );
      const read = withChanges(known, stored, items.map(toChange));
      if (read.version > current.version) current = read;
      return read;
    },
  };
}

function toChange(row: { kind: string; key: string; body: string | null }): Change {
  const after: unknown = row.body === null ? null : JSON.parse(row.body);
  return { kind: row.kind, key: row.key, before: null, after } as Change;
}

/** Statements that store the changes as items at this commit's version, and as events in the log from `at` on. */
export function saveChanges(
  { build }: Builds,
  {
    changes,
    by,
    at,
    first,
  }: {
    readonly changes: readonly Change[];
    readonly by: string;
    readonly at: number;
    /** How many changes of this commit come before these. */
    readonly first: number;
  },
): readonly CompiledQuery[] {
  return chunks(changes).flatMap(({ from, some }) => [
    build
      .insertInto('directory_item')
      .values(
        some.map(({ kind, key, after }) => ({ kind, key, body: toText(after), ver: thisVersion })),
      )
      .onConflict((conflict) =>
        conflict.columns(['kind', 'key']).doUpdateSet((set) => ({
          body: set.ref('excluded.body'),
          ver: set.ref('excluded.ver'),
        })),
      )
      .compile(),
    build
      .insertInto('directory_event')
      .values(
        some.map(({ kind, key, before, after }, n) => ({
          ver: thisVersion,
          n: first + from + n,
          kind,
          key,
          before: toText(before),
          after: toText(after),
          by,
          at,
        })),
      )
      .compile(),
  ]);
}

/** The moment of the newest edit; null = there was none. */
export function lastEditAt({ build }: Builds): CompiledQuery<{ at: number | null }> {
  return build
    .selectFrom('directory_event')
    .select(({ fn }) => fn.max('at').as('at'))
    .compile();
}

/** The directory's whole log, oldest first. */
export async function directoryLog(
  run: Run,
  { build }: Builds,
): Promise<readonly DirectoryEvent[]> {
  const rows = await run(
    build.selectFrom('directory_event').selectAll().orderBy('ver').orderBy('n').compile(),
  );
  return rows.map((row) => ({
    version: row.ver,
    change: {
      kind: row.kind,
      key: row.key,
      before: fromText(row.before),
      after: fromText(row.after),
    } as Change,
    by: row.by,
    at: row.at,
  }));
}

/** The same, read outside of any transaction. */
export function directoryEvents({
  build,
  read,
}: Pick<Database, 'build' | 'read'>): Promise<readonly DirectoryEvent[]> {
  return directoryLog(outsideOf(read), { build });
}

function outsideOf(read: Database['read']): Run {
  return async <Row>(query: CompiledQuery<Row>) =>
    (await read.executeQuery(query as ReadonlyCompiledQuery<Row>)).rows;
}

function toText(item: unknown): string | null {
  return item === null ? null : JSON.stringify(item);
}

function fromText(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
