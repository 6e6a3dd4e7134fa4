import { getMigrations } from 'better-auth/db/migration';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { Kysely, PostgresDialect, sql, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authOptions } from '../../server/src/auth/auth.ts';
import { migrations } from '../../server/src/db/migrations/migrations.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';
import { ask } from '../harness/stored-rows.ts';

const all = [
  '0001-frame',
  '0002-runs',
  '0003-exchange',
  '0004-push',
  '0005-files',
  '0006-signs',
  '0007-demo',
];

describe.each(dialects)('migrations on %s', (dialect) => {
  let place: Place;
  beforeEach(async () => {
    place = await freshPlace(dialect);
  });
  afterEach(() => place.remove());

  test('bring an empty database to the schema once, and a second start finds nothing to do', async () => {
    const first = await openDatabase(place.databaseUrl);
    expect(first.migrated).toEqual(all);
    await first.close();
    const second = await openDatabase(place.databaseUrl);
    expect(second.migrated).toEqual([]);
    await second.close();
  });

  test('make every table and column that sign-in wants', async () => {
    const db = await openDatabase(place.databaseUrl);
    const options = authOptions(db, {
      secret: 'x'.repeat(43),
      publicUrl: new URL('http://localhost:3000'),
    });
    const missing = await getMigrations(options);
    expect({
      tables: missing.toBeCreated.map((one) => one.table),
      columns: missing.toBeAdded.map((one) => [one.table, Object.keys(one.fields)]),
      problems: missing.schemaProblems,
    }).toEqual({ tables: [], columns: [], problems: [] });
    await db.close();
  });

  // SQLite has one process by the lock on its folder; there, one after the other.
  if (dialect === 'postgres') {
    test('several that begin at once do it once', async () => {
      const opened = await Promise.all(
        Array.from({ length: 4 }, () => openDatabase(place.databaseUrl)),
      );
      expect(opened.flatMap((db) => db.migrated)).toEqual(all);
      await Promise.all(opened.map((db) => db.close()));
    });
  }

  test('what was told, and each try at it, is kept when messages may be about no ticket', async () => {
    await atVersion('0003-exchange');
    const tell = (statement: string) => ask(place.databaseUrl, statement);
    await tell(
      `insert into ticket (id, number, ver, team, reported_by, reported_at, seq, state, fold_version)
       values ('T', 1, 1, 'cold', 'berta', 1, 1, '{}', 1)`,
    );
    const notification = {
      id: `'T.1.1/1'`,
      message: `'T.1.1'`,
      ticket: `'T'`,
      page: `'T.1.1'`,
      person: `'mara'`,
      says: `'page'`,
      is_loud: '1',
      generation: '2',
      severity: `'S1'`,
      method: `'phone'`,
      state: `'retrying'`,
      detail: `'503'`,
      attempts: '3',
      created_at: '4',
      next_attempt_at: '5',
      lease_until: '6',
      claims: '7',
    };
    const columns = Object.keys(notification).join();
    await tell(
      `insert into notification (${columns}) values (${Object.values(notification).join()})`,
    );
    await tell(`insert into attempt values ('T.1.1/1', 3, 8, 'again', '503')`);
    await tell(
      `insert into contact_method (id, person, kind, address, created_at)
       values ('phone', 'mara', 'push', 'x', 1)`,
    );
    const before = await tell(`select ${columns} from notification`);
    const tries = await tell('select * from attempt');

    const db = await openDatabase(place.databaseUrl);
    expect(db.migrated).toEqual(all.slice(3));
    await db.close();
    expect(await tell(`select ${columns} from notification`)).toEqual(before);
    expect(await tell('select * from attempt')).toEqual(tries);
    expect(await tell('select missed, shown_at, check_id from contact_method')).toEqual([
      { missed: 0, shown_at: null, check_id: null },
    ]);

    await tell(`insert into notification
      (id, message, ticket, subject, person, says, is_loud, generation, severity, state, attempts, created_at, claims)
      values ('pager.1/1', 'pager.1', null, 'mara', 'mara', 'pager-works', 1, 0, 'S4', 'queued', 0, 1, 0)`);
    const strays = [
      `insert into attempt values ('nothing/1', 1, 8, 'again', null)`,
      `update notification set ticket = 'nothing' where id = 'pager.1/1'`,
    ];
    for (const stray of strays) await expect(strict(stray)).rejects.toThrow(/foreign key/i);
  });

  /** Brings the empty database to where an older Rung left it. */
  async function atVersion(name: string): Promise<void> {
    const { databaseUrl } = place;
    const db = new Kysely<never>({
      dialect:
        dialect === 'sqlite'
          ? new SqliteDialect({ database: new Sqlite(fileURLToPath(databaseUrl)) })
          : new PostgresDialect({ pool: new pg.Pool({ connectionString: databaseUrl.href }) }),
    });
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations(dialect) },
    });
    const { error } = await migrator.migrateTo(name);
    await db.destroy();
    expect(error).toBeUndefined();
  }

  /** As the server writes: SQLite looks at foreign keys only where it was asked to. */
  async function strict(statement: string): Promise<void> {
    const db = await openDatabase(place.databaseUrl);
    try {
      await db.writer.run(sql.raw(statement).compile(db.build));
    } finally {
      await db.close();
    }
  }

  test('a database that is newer than the code is left alone, with a sentence', async () => {
    const db = await openDatabase(place.databaseUrl);
    const add = sql`insert into kysely_migration (name, timestamp) values ('9999-future', 'x')`;
    await add.execute(db.auth as unknown as Kysely<unknown>);
    await db.close();
    await expect(openDatabase(place.databaseUrl)).rejects.toThrow(
      /newer than this Rung.*9999-future/,
    );
  });
});
