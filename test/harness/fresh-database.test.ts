import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { freshDatabase } from './fresh-database.ts';

async function rows(url: string, query: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query)).rows;
  } finally {
    await client.end();
  }
}

test('two fresh databases do not see each other, and are gone after being dropped', async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  await rows(one.url, 'create table only_here (id int)');
  await expect(rows(other.url, 'select * from only_here')).rejects.toThrow('does not exist');
  await Promise.all([one.drop(), other.drop()]);
  await expect(rows(one.url, 'select 1')).rejects.toThrow('does not exist');
  await expect(rows(other.url, 'select 1')).rejects.toThrow('does not exist');
});

test('text is not sorted by its bytes, so that nothing can rely on it', async () => {
  const sorted = rows(
    inject('postgres'),
    `select t from (values ('B'), ('a'), ('Z'), ('ä')) as v (t) order by t`,
  );
  await expect(sorted).resolves.toEqual([{ t: 'a' }, { t: 'ä' }, { t: 'B' }, { t: 'Z' }]);
});
