import { problem } from '@rung/protocol/problem.ts';
import { session, welcomePerson } from '@rung/protocol/session.ts';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { readProblem, readSession, readWelcome } from './read.ts';

const person = {
  key: 'mara',
  name: 'Mara',
  roles: ['staff'],
  language: 'en',
  zone: 'Europe/Berlin',
  client: null,
};
const signedIn = { person, isSetUp: true, organisation: 'Nordkalt', isDemo: false };
const nobody = { person: null, isSetUp: false, organisation: null, isDemo: false };
const busy = { type: '/problems/busy', title: 'Later', status: 503, kind: 'busy' };

/** The value, and what is left of it when each of its fields is missing or of another kind. */
function spoiled(value: object): readonly unknown[] {
  return Object.keys(value).flatMap((field) => [
    { ...value, [field]: undefined },
    { ...value, [field]: 7 },
    { ...value, [field]: [] },
  ]);
}

describe.each([
  ['a session', session, readSession, [signedIn, nobody]],
  ['whom a link is for', welcomePerson, readWelcome, [{ name: 'Mara', email: 'm@example.org' }]],
  ['a problem', problem, readProblem, [busy]],
] as const)('%s', (_, schema, read, good) => {
  test.each([...good] as object[])('is read as the schema reads it', (value) => {
    expect(v.is(schema, value)).toBe(true);
    expect(read(value)).toEqual(value);
  });

  test.each([null, 'x', 7, [], {}])('is not %j', (value) => {
    expect(v.is(schema, value)).toBe(false);
    expect(read(value)).toBeNull();
  });
});

test('a session with a field that is not right is none', () => {
  for (const one of [
    ...spoiled(signedIn),
    ...spoiled(person).map((bad) => ({ ...signedIn, person: bad })),
  ]) {
    expect(readSession(one) === null, JSON.stringify(one)).toBe(!v.is(session, one));
  }
});
