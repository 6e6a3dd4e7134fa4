import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/migrations.ts';
import type { Dialect, OpenOptions } from './open.ts';

/**
 * Brings the database to the schema of this code, better-auth's tables included, each run in one transaction, so
 * that a kill leaves either version whole. One at a time: Postgres by the migrator's advisory lock, SQLite by the
 * lock on the data folder. Answers the names it applied.
 *
 * @throws when the schema is newer than the code, or somebody else's, with a sentence for the administrator.
 */
export async function migrate(
  db: Kysely<never>,
  dialect: Dialect,
  { isGuest = false }: OpenOptions,
): Promise<readonly string[]> {
  const known = migrations(dialect);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } });

  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const isOurs = tables.some((table) => table.name === 'kysely_migration');
  if (!isOurs && tables.length > 0 && isGuest) {
    throw new SomethingElse();
  }
  const stored = isOurs ? await storedMigrations(db) : [];
  const newer = stored.filter((name) => !(name in known));
  if (newer.length > 0) {
    throw new Error(
      `the database is newer than this Rung (it has ${newer.join(', ')}): start the newer version, or restore a backup`,
    );
  }

  const isOlder = stored.length > 0 && stored.length < Object.keys(known).length;
  if (isOlder && isGuest) {
    throw new Error('the database is older than this Rung: start the server once, it migrates');
  }

  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('migrate the database', { cause: error });
  return (results ?? []).map((one) => one.migrationName);
}

/** The database is somebody else's. */
export class SomethingElse extends Error {
  constructor() {
    super('the database holds something that is not of Rung: it needs one of its own');
  }
}

async function storedMigrations(db: Kysely<never>): Promise<readonly string[]> {
  const rows = await (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return rows.map((row) => row.name);
}
