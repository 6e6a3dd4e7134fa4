import { CompiledQuery } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from './open.ts';
import { ofLength, shaped, shapedList } from './shapes.ts';

/** Shapes are kept for each database; nothing else of it is asked for here. */
function database(): Pick<Database, 'build' | 'dialect'> {
  return { build: {} as Database['build'], dialect: 'sqlite' };
}

let made: string[] = [];
beforeEach(() => {
  made = [];
});

function query(sql: string, values: readonly unknown[]): CompiledQuery {
  made.push(sql);
  return CompiledQuery.raw(sql, [...values]);
}

type Wanted = { readonly team: string; readonly isOpen: boolean | null; readonly most: number };

const ticketsOf = shaped(
  (_, { team, isOpen, most }: Wanted) =>
    isOpen === null
      ? query('of a team', [team, most])
      : query('of a team, by phase', [team, isOpen, most]),
  ({ team, isOpen, most }) => [team, ...(isOpen === null ? [] : [isOpen]), most],
  ({ isOpen, most }) => (most > 100 ? null : `${isOpen === null}`),
);

test('a statement is built once, and then only gets its values', () => {
  const db = database();
  const first = ticketsOf(db, { team: 'cold', isOpen: null, most: 9 });
  const next = ticketsOf(db, { team: 'warm', isOpen: null, most: 7 });
  expect(made).toEqual(['of a team']);
  expect(first).toMatchObject({ sql: 'of a team', parameters: ['cold', 9] });
  expect(next).toMatchObject({ sql: 'of a team', parameters: ['warm', 7] });
});

test('what else than values makes the text makes another statement', () => {
  const db = database();
  for (const isOpen of [null, true, false, null]) ticketsOf(db, { team: 'a', isOpen, most: 1 });
  expect(made).toEqual(['of a team', 'of a team, by phase']);
  const closed = ticketsOf(db, { team: 'a', isOpen: false, most: 1 });
  expect(closed.parameters).toEqual(['a', false, 1]);
});

test('what is too rare to be kept is built each time', () => {
  const db = database();
  for (const most of [101, 102]) {
    expect(ticketsOf(db, { team: 'a', isOpen: null, most }).parameters).toEqual(['a', most]);
  }
  expect(made).toHaveLength(2);
});

test('each database has statements of its own', () => {
  ticketsOf(database(), { team: 'a', isOpen: null, most: 1 });
  ticketsOf(database(), { team: 'a', isOpen: null, most: 1 });
  expect(made).toHaveLength(2);
});

const byIds = shapedList(
  (_, ids: readonly number[]) => query(`kind = ? and id in ${ids.length}`, ['page', ...ids]),
  (id) => [id],
  ['page'],
);

test('a list has one statement for each length', () => {
  const db = database();
  for (const ids of [[1], [2], [1, 2], [3, 4], []]) {
    expect(byIds(db, ids).parameters).toEqual(['page', ...ids]);
  }
  expect(made.map((sql) => sql.at(-1))).toEqual(['1', '2', '0']);
});

test('an item of a list may have several values', () => {
  const db = database();
  const pairs = shapedList(
    (_, items: readonly (readonly [number, string])[]) => query('pairs', items.flat()),
    ([id, name]) => [id, name],
  );
  pairs(db, [[1, 'a']]);
  expect(pairs(db, [[2, 'b']]).parameters).toEqual([2, 'b']);
  expect(made).toHaveLength(1);
});

test('lists of more than 32 are built each time', () => {
  const db = database();
  const ids = (length: number) => Array.from({ length }, (_, n) => n);
  for (const length of [32, 32, 33, 33]) {
    expect(byIds(db, ids(length)).parameters).toHaveLength(length + 1);
  }
  expect(made.map((sql) => sql.slice(-2))).toEqual(['32', '33', '33']);
  expect([ofLength(ids(32)), ofLength(ids(33))]).toEqual(['32', null]);
});

test.each<[string, readonly unknown[]]>([
  ['in another order', ['b', 'a']],
  ['too few', ['a']],
  ['too many', ['a', 'b', 'c']],
  ['of another type', ['a', 2]],
  ['null for one that is missing', ['a', undefined]],
])('values %s are a defect when the statement is first used', (_, values) => {
  const wrong = shaped(
    () => query('two of them', ['a', values.length === 2 && values[1] === 2 ? '2' : 'b']),
    () => values,
    () => '',
  );
  expect(() => wrong(database(), null)).toThrow('defect: these are not the values of two of them');
});

test('values that are wrong are found again: what was made with them is not kept', () => {
  const db = database();
  const wrong = shaped(
    () => query('one', ['a']),
    () => ['b'],
    () => '',
  );
  expect(() => wrong(db, null)).toThrow('defect');
  expect(() => wrong(db, null)).toThrow('defect');
});
