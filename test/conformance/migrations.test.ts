import { getMigrations } from 'better-auth/db/migration';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authOptions } from '../../server/src/auth/auth.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { dialects, freshPlace, type Place } from '../harness/dialects.ts';

describe.each(dialects)('migrations on %s', (dialect) => {
  let place: Place;
  beforeEach(async () => {
    place = await freshPlace(dialect);
  });
  afterEach(() => place.remove());

  test('bring an empty database to the schema once, and a second start finds nothing to do', async () => {
    const first = await openDatabase(place.databaseUrl);
    expect(first.migrated).toEqual(['0001-frame', '0002-runs', '0003-exchange']);
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
      expect(opened.flatMap((db) => db.migrated)).toEqual([
        '0001-frame',
        '0002-runs',
        '0003-exchange',
      ]);
      await Promise.all(opened.map((db) => db.close()));
    });
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
