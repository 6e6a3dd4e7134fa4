import { describe, expect, test } from 'vitest';
import { day, hour, minute, newWorld, type World } from './test-world.ts';

/** Berta, of the bakery, reported it; Mara was paged. */
function reported(severity: 'S1' | 'S2' = 'S2'): World {
  const world = newWorld();
  world.report({ severity }, 'berta');
  world.heard();
  return world;
}

function had(): World {
  const world = reported();
  world.as('mara').acknowledge();
  world.heard();
  return world;
}

describe('what the client writes', () => {
  test('is told to whoever has it, and pages nobody', () => {
    const world = had();
    const { pages } = world.ticket();
    expect(world.as('berta').comment('it drips more')).toBeNull();
    expect(world.heard()).toEqual(['10:00 mara client-wrote']);
    expect(world.ticket().pages).toEqual(pages);
  });

  test('is told to whoever is asked while nobody has it', () => {
    const world = reported();
    world.as('berta').comment();
    expect(world.heard()).toEqual(['10:00 mara client-wrote']);
  });

  test('of what is solved or closed is told to whoever had it, and it stays solved', () => {
    const world = had();
    world.as('mara').resolve();
    world.heard();
    world.as('berta').comment('it drips again');
    expect(world.ticket().phase).toBe('resolved');
    expect(world.heard()).toEqual(['10:00 mara client-wrote']);
    world.forward(4 * day);
    world.heard();
    world.as('berta').comment('thank you');
    expect(world.ticket().phase).toBe('closed');
    expect(world.heard()).toEqual(['fri 10:00 mara client-wrote']);
  });

  test('of what somebody solved who was disabled since is told to the lead, else to those who administer', () => {
    const world = had();
    world.as('mara').resolve();
    world.edit('person', 'mara', { disabled: true });
    world.heard();
    world.as('berta').comment();
    expect(world.heard()).toEqual(['10:00 lena client-wrote']);
    world.edit('team', 'cold', { lead: null });
    world.as('berta').comment();
    expect(world.heard()).toEqual(['10:00 ada client-wrote', '10:00 zoe client-wrote']);
  });

  test('as he opens it again, and somebody was faster, is told all the same', () => {
    const world = had();
    world.as('mara').resolve();
    world.as('otto').reopen();
    world.heard();
    world.as('otto').reopen();
    expect(world.heard()).toEqual([]);
    world.as('berta').reopen();
    expect(world.heard()).toEqual(['10:00 mara client-wrote']);
  });

  test('says nothing about whether we are still on it', () => {
    const world = had();
    const { expiry } = world.ticket();
    world.forward(hour);
    world.as('berta').comment();
    expect(world.ticket().expiry).toEqual(expiry);
  });
});

describe('what we write', () => {
  test('is told to nobody of us', () => {
    const world = had();
    world.as('otto').comment();
    expect(world.heard()).toEqual([]);
  });

  test('shows that whoever has it is still on it', () => {
    const world = had();
    world.forward(hour);
    world.as('mara').comment();
    expect(world.ticket().expiry).toEqual({ dueAt: world.now() + 2 * hour, isAsked: false });
  });

  test('answers "still on it?"', () => {
    const world = had();
    world.forward(2 * hour + minute);
    expect(world.ticket().expiry?.isAsked).toBe(true);
    world.as('mara').comment();
    world.forward(hour);
    expect(world.ticket().owner).toBe('mara');
  });

  test('of somebody who has it not renews nothing', () => {
    const world = had();
    const { expiry } = world.ticket();
    world.forward(hour);
    world.as('otto').comment();
    expect(world.ticket().expiry).toEqual(expiry);
  });
});

describe('the first that a client hears of us', () => {
  test('is that somebody has it, or what one of us writes; never what he writes himself', () => {
    const world = reported();
    world.as('berta').comment();
    expect(world.ticket().respondedAt).toBeNull();
    world.forward(minute);
    world.as('otto').comment();
    const first = world.now();
    world.forward(minute);
    world.as('mara').acknowledge();
    expect(world.ticket().respondedAt).toBe(first);
    expect(had().ticket().respondedAt).toBe(had().now());
  });

  test('stays the first when it is released, reopened or transferred', () => {
    const world = had();
    const first = world.ticket().respondedAt;
    world.forward(minute);
    world.as('mara').release();
    world.as('dora').transfer('new');
    world.as('dora').resolve();
    world.as('berta').reopen();
    expect(world.ticket().respondedAt).toBe(first);
  });
});
