import { hour, minute, newWorld, type World } from '@rung/domain/escalation/test-world.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Act, blank, commandOf, footOf, handsOf, typedIn } from './acts.ts';

function reported(): World {
  const world = newWorld();
  world.report({ severity: 'S2' }, 'berta');
  return world;
}

function foot(world: World, person: string) {
  const { directory, now } = world.context();
  return footOf(world.ticket(), { person, company: directory, now });
}

test('whoever is asked is to acknowledge, and finds Solved under More', () => {
  const { first, beside, more } = foot(reported(), 'mara');
  expect(first).toBe('acknowledge');
  expect(beside).toEqual(['attach', 'progress', 'transfer']);
  expect(more).toEqual(['decline', 'comment', 'change-severity', 'resolve']);
});

test('whoever has it is to tell how it goes', () => {
  const world = reported();
  world.as('mara').acknowledge();
  const { first, beside } = foot(world, 'mara');
  expect(first).toBe('progress');
  expect(beside).toEqual(['attach', 'transfer', 'resolve']);
});

test('whoever has it and is asked again is to acknowledge again', () => {
  const world = reported();
  world.as('mara').acknowledge();
  world.forward(2 * hour + minute);
  expect(foot(world, 'mara').first).toBe('acknowledge');
});

test('a colleague’s ticket asks for nothing: one may help', () => {
  const world = reported();
  world.as('mara').acknowledge();
  world.forward(minute);
  expect(foot(world, 'nils')).toMatchObject({
    first: null,
    beside: ['attach', 'progress', 'acknowledge'],
  });
});

test('what was handed over on this device asks nobody here to take it back', () => {
  const world = reported();
  world.as('mara').acknowledge();
  const { directory, now } = world.context();
  const { run } = world.ticket();
  const done = run && { ...run, state: 'done' as const, armed: null };
  const handed = { ...world.ticket(), owner: null, run: done, pages: [] };
  const { first, beside } = footOf(handed, { person: 'mara', company: directory, now });
  expect(first).toBeNull();
  expect(beside).toContain('acknowledge');
});

test('what is solved is reopened', () => {
  const world = reported();
  world.as('mara').acknowledge();
  world.as('mara').resolve();
  expect(foot(world, 'otto').beside).toEqual(['attach', 'progress', 'reopen']);
});

test('Acknowledge and Solved never stand together, and nothing stands twice or is lost', () => {
  const deeds = ['acknowledge', 'release', 'progress', 'resolve', 'reopen'] as const;
  const people = ['mara', 'otto', 'nils', 'lena', 'dora'] as const;
  const step = fc.tuple(fc.constantFrom(...people), fc.constantFrom(...deeds));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.constantFrom(...people), (story, person) => {
      const world = reported();
      for (const [who, deed] of story) world.as(who)[deed]();
      const { first, beside, more } = foot(world, person);
      const together: readonly (Act | null)[] = [first, ...beside];
      expect(together.includes('acknowledge') && together.includes('resolve')).toBe(false);
      expect(more).not.toContain('acknowledge');
      const all = [...together, ...more].filter((act) => act !== null);
      expect(new Set(all).size).toBe(all.length);
    }),
    { numRuns: 60 },
  );
});

test('a device that was not told who its person is offers nothing', () => {
  expect(handsOf('mara', null, [], 0)).toBeNull();
});

test('what needs words or a choice is no command without them', () => {
  const ticket = reported().ticket();
  for (const act of ['progress', 'comment', 'change-severity', 'transfer', 'reopen'] as const) {
    expect(commandOf(act, ticket, 'mara', { ...blank, text: '  ' })).toBeNull();
  }
  expect(commandOf('resolve', ticket, 'mara')).toMatchObject({ args: { resolution: '' } });
  expect(commandOf('decline', ticket, 'otto')).toBeNull();
});

test('a refused command is opened again with what was typed in it', () => {
  const ticket = reported().ticket();
  const typed = { text: 'it drips', team: 'doors', severity: 'S1' } as const;
  for (const act of [
    'progress',
    'comment',
    'change-severity',
    'transfer',
    'resolve',
    'reopen',
  ] as const) {
    const command = commandOf(act, ticket, 'mara', typed) as Command;
    expect(commandOf(act, ticket, 'mara', typedIn(command))).toEqual(command);
  }
});
