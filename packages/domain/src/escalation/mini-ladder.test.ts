import { describe, expect, test } from 'vitest';
import { referenceOf } from '../access/reference.ts';
import type { Known } from './known-targets.ts';
import { notReached } from '../ticket/not-reached.ts';
import { miniLadder } from './mini-ladder.ts';
import { hour, minute, newWorld, type World } from './test-world.ts';

function strokes(world: World): readonly string[] {
  const { directory } = world.context();
  const versions = [...directory['policy-version']].map(
    ([key, item]) => [key, referenceOf('policy-version', item)] as const,
  );
  return miniLadder(world.ticket(), {
    'policy-version': new Map(versions) as Known['policy-version'],
  });
}

describe('a ladder in a few strokes', () => {
  test('has a stroke for each step and one for the fallback, and climbs', () => {
    const world = newWorld();
    world.report();
    expect(strokes(world)).toEqual(['live', 'planned', 'planned']);
    world.forward(10 * minute);
    expect(strokes(world)).toEqual(['fired', 'live', 'planned']);
    world.forward(2 * hour);
    expect(strokes(world)).toEqual(['fired', 'fired', 'live']);
  });

  test('begins again with each lap', () => {
    const world = newWorld();
    world.report();
    world.forward(30 * minute);
    expect(strokes(world)).toEqual(['live', 'planned', 'planned']);
  });

  test('stands still where somebody has it, and lives no more', () => {
    const world = newWorld();
    world.report();
    world.forward(10 * minute);
    world.as('lena').acknowledge();
    expect(strokes(world)).toEqual(['fired', 'fired', 'planned']);
  });

  test('is broken where nobody could be reached, and says who it was until somebody has it', () => {
    const world = newWorld();
    world.report({ severity: 'S3' });
    world.cannotReach('mara');
    expect(strokes(world)).toContain('live');
    expect(notReached(world.ticket())).toEqual(['mara']);
    world.as('lena').acknowledge();
    expect(notReached(world.ticket())).toEqual([]);
  });

  test('is not drawn where the device does not hold the policy', () => {
    const world = newWorld();
    world.report();
    expect(miniLadder(world.ticket(), { 'policy-version': new Map() })).toEqual([]);
  });
});

test('a rung of which everybody is unreachable is broken until the next one fires', () => {
  const world = newWorld();
  world.report();
  const { run, pages } = world.ticket();
  const ticket = {
    ...world.ticket(),
    run,
    pages: pages.map((page) => ({ ...page, state: 'unreachable' as const })),
  };
  const versions = world.context().directory['policy-version'];
  const known = { 'policy-version': new Map(versions) as unknown as Known['policy-version'] };
  expect(miniLadder(ticket, known)).toEqual(['broken', 'planned', 'planned']);
});
