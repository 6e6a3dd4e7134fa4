import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { severities } from '../directory/directory.ts';
import { must } from '../base/must.ts';
import { withChanges } from '../directory/directory.ts';
import { company } from '../escalation/test-company.ts';
import { day, hour, minute, newWorld, type World } from '../escalation/test-world.ts';
import { portalEntries } from './portal-entries.ts';
import { portalView } from './portal-view.ts';

const berta = must(company.person.get('berta'), 'berta');
/** Bela is of the bakery, too; Klara is of another client. */
const directory = withChanges(company, company.version + 1, [
  { kind: 'person', key: 'bela', before: null, after: { ...berta, name: 'Bela' } },
  { kind: 'person', key: 'klara', before: null, after: { ...berta, name: 'K', client: 'clinic' } },
]);

function reported(by = 'berta'): World {
  const world = newWorld({ directory });
  world.report({ severity: 'S2' }, by);
  return world;
}

const seen = (world: World, person = 'berta') =>
  portalView(world.ticket(), { person, company: directory });
const told = (world: World, person = 'berta') =>
  portalEntries(world.log(), world.ticket(), { person, company: directory });
const lines = (world: World) =>
  told(world).map(({ author, what, text }) => [author.who, what, ...(text === null ? [] : [text])]);

describe('a ticket as its client sees it', () => {
  test('is received, and says when the next of us is called', () => {
    const world = reported();
    expect(seen(world)).toMatchObject({
      state: 'received',
      hasItSince: null,
      nextCallAt: world.now() + 10 * minute,
    });
  });

  test('is in work from the moment on at which somebody has it', () => {
    const world = reported();
    world.forward(minute);
    const since = world.now();
    world.as('mara').acknowledge();
    world.forward(minute);
    world.as('mara').progress();
    expect(seen(world)).toMatchObject({ state: 'in-work', hasItSince: since, nextCallAt: null });
  });

  test('is received again when nobody has it any more', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('mara').release();
    expect(seen(world)).toMatchObject({ state: 'received', hasItSince: null });
    expect(seen(world).nextCallAt).not.toBeNull();
  });

  test('is solved, and closed to him no other word', () => {
    const world = reported();
    world.as('mara').resolve();
    expect(seen(world)).toMatchObject({ state: 'solved', hasItSince: null, nextCallAt: null });
    world.forward(4 * day);
    expect(seen(world).state).toBe('solved');
  });

  test('says who of his reported it, and of us only that it was us', () => {
    expect(seen(reported()).reportedBy).toEqual({ who: 'you' });
    expect(seen(reported('bela')).reportedBy).toEqual({ who: 'colleague', person: 'bela' });
    expect(seen(reported('nils')).reportedBy).toEqual({ who: 'us' });
  });

  test('of somebody of another client names him to nobody', () => {
    const world = reported();
    world.as('klara').comment();
    expect(told(world).at(-1)?.author).toEqual({ who: 'us' });
  });
});

describe('the public timeline', () => {
  test('tells what happened, in the client’s words', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('otto').acknowledge();
    world.as('mara').progress();
    world.as('mara').comment('somebody comes at 14:00');
    world.as('bela').comment('the door is open');
    world.as('mara').rates('S1');
    world.as('otto').rates('S2');
    world.as('mara').resolve();
    world.as('berta').reopen();
    expect(lines(world)).toEqual([
      ['you', 'reported'],
      ['us', 'taken'],
      ['us', 'commented', 'somebody comes at 14:00'],
      ['colleague', 'commented', 'the door is open'],
      ['us', 'severity-changed', 'S1'],
      ['us', 'severity-changed', 'S2'],
      ['us', 'solved'],
      ['you', 'reopened', 'it drips again'],
    ]);
  });

  test('tells that it was given up, and only where nobody is left who has it', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('otto').acknowledge();
    world.as('mara').release();
    world.as('otto').release();
    world.as('otto').acknowledge();
    world.forward(2 * hour + 6 * minute);
    world.as('otto').progress();
    world.as('dora').transfer('new');
    expect(lines(world)).toEqual([
      ['you', 'reported'],
      ['us', 'taken'],
      ['us', 'given-up'],
      ['us', 'taken'],
      ['us', 'given-up'],
      ['us', 'taken'],
      ['us', 'given-up'],
    ]);
  });

  test('tells that it was closed, by time or by us', () => {
    const world = reported();
    world.as('mara').resolve();
    world.forward(4 * day);
    expect(lines(world).slice(-2)).toEqual([
      ['us', 'solved'],
      ['us', 'closed'],
    ]);
  });

  test('has the words of whoever opened it again when somebody else had already', () => {
    const world = reported();
    world.as('mara').resolve();
    world.as('bela').reopen();
    world.as('berta').reopen();
    world.as('otto').reopen();
    expect(lines(world).slice(-2)).toEqual([
      ['colleague', 'reopened', 'it drips again'],
      ['you', 'commented', 'it drips again'],
    ]);
  });

  test('leaves out what was only noted', () => {
    const world = reported();
    world.as('mara').resolve();
    const before = lines(world);
    const late = world.offline('otto');
    late.acknowledge();
    late.resolve();
    expect(lines(world)).toEqual(before);
  });
});

const people = ['mara', 'otto', 'nils', 'lena', 'dora', 'max', 'fred', 'ada', 'berta'] as const;
const deeds: readonly ((world: World, person: string) => unknown)[] = [
  (world, person) => world.as(person).acknowledge(),
  (world, person) => world.as(person).decline(),
  (world, person) => world.as(person).release(),
  (world, person) => world.as(person).progress(),
  (world, person) => world.as(person).comment('PUBLIC'),
  (world, person) => world.as(person).transfer('new'),
  (world, person) => world.as(person).transfer('cold'),
  (world, person) => world.as(person).resolve(),
  (world, person) => world.as(person).close(),
  (world, person) => world.as(person).reopen(),
  ...severities.map(
    (severity) => (world: World, person: string) => world.as(person).rates(severity),
  ),
];
const step = fc.oneof(
  fc.tuple(fc.constantFrom(...people), fc.constantFrom(...deeds)),
  fc.constantFrom(minute, 6 * minute, hour, 3 * hour, day),
);

/** What is ours alone: keys and names of people, teams and policies, what was written to colleagues, ids of pages. */
const ours = [
  ...[...directory.person].flatMap(([key, { client }]) => (client === null ? [key] : [])),
  ...directory.team.keys(),
  ...directory.policy.keys(),
  ...['it drips', 'as it is', 'tried: a reset', 'a new seal', 'engine'],
].map((word) => new RegExp(`\\b${word}\\b`, 'i'));

test('nothing of ours is in it, whatever happened', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (story) => {
      const world = reported();
      for (const one of story) {
        if (typeof one === 'number') world.forward(one);
        else one[1](world, one[0]);
      }
      // What a ticket is brought back with is public.
      const text = JSON.stringify([seen(world), told(world)]).replaceAll('it drips again', '');
      for (const word of ours) expect(text).not.toMatch(word);
      expect(text).not.toMatch(/\.\d+\.\d+/);
    }),
    { numRuns: 100 },
  );
}, 30_000);
