import { describe, expect, test } from 'vitest';
import type { Severity } from '../directory/directory.ts';
import { day, hour, minute, newWorld } from './test-world.ts';

/** Acknowledged by Mara at 10:00; nobody has heard of it since. */
function acknowledged(severity: Severity = 'S1') {
  const world = newWorld();
  world.report({ severity });
  world.as('mara').acknowledge();
  world.heard();
  return world;
}

describe('an acknowledgement without a sign of work', () => {
  test.each([
    ['S1', 30 * minute, '10:30 mara still-on-it'],
    ['S2', 2 * hour, '12:00 mara still-on-it'],
    ['S3', day, 'tue 10:00 mara still-on-it'],
  ] as const)('of %s asks its owner whether he is still on it', (severity, after, heard) => {
    const world = acknowledged(severity);
    world.forward(after - 1);
    expect(world.heard()).toEqual([]);
    world.forward(1);
    expect(world.heard()).toEqual([heard]);
    expect(world.ticket()).toMatchObject({ generation: 1, owner: 'mara' });
  });

  test('of S4 never expires', () => {
    const world = acknowledged('S4');
    expect(world.due()).toBeNull();
  });

  test('of S3 given on a Friday counts the next business day', () => {
    const world = newWorld({ at: Date.parse('2026-03-06T15:30:00Z') });
    world.report({ severity: 'S3' });
    world.as('mara').acknowledge();
    world.heard();
    world.forward(4 * day);
    expect(world.heard()[0]).toBe('mon 16:30 mara still-on-it');
  });

  test('asks with the page that is there, and makes no new one', () => {
    const world = acknowledged();
    const { pages } = world.ticket();
    world.forward(30 * minute);
    expect(world.ticket().pages).toEqual(pages);
  });
});

describe('5 minutes without an answer', () => {
  test('are a new generation: the owner is paged first, 5 min later the step after the last', () => {
    const world = acknowledged();
    world.forward(35 * minute);
    expect(world.heard()).toEqual(['10:30 mara still-on-it', '10:35 mara page']);
    expect(world.ticket()).toMatchObject({ generation: 2, owner: null, formerOwner: 'mara' });
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:40 lena page']);
  });

  test('go on to the next lap where the last step had fired; it is no lap in vain', () => {
    const world = newWorld();
    world.report({ severity: 'S1' });
    world.forward(10 * minute);
    world.as('max').acknowledge();
    world.heard();
    world.forward(40 * minute);
    expect(world.heard()).toEqual(['10:40 max still-on-it', '10:45 max page', '10:50 mara page']);
  });

  test('go on to the fallback where all laps were climbed, without the admins', () => {
    const world = newWorld();
    world.report({ severity: 'S2' });
    world.forward(50 * minute);
    world.as('lena').acknowledge();
    world.heard();
    world.forward(2 * hour + 10 * minute);
    expect(world.heard()).toEqual(['12:50 lena still-on-it', '12:55 lena page', '13:00 fred page']);
  });

  test('leave nobody out who took it back before', () => {
    const world = newWorld();
    world.report({ severity: 'S1' });
    world.as('mara').acknowledge();
    world.as('mara').release();
    world.as('lena').acknowledge();
    world.forward(45 * minute);
    world.heard();
    world.forward(15 * minute);
    expect(world.heard()).toEqual(['10:50 mara page', '10:55 lena page', '11:00 max page']);
  });
});

describe('progress', () => {
  test('counts the time anew', () => {
    const world = acknowledged();
    world.forward(20 * minute);
    world.as('mara').progress();
    world.forward(29 * minute);
    expect(world.heard()).toEqual([]);
    expect(world.ticket().phase).toBe('in-progress');
    world.forward(minute);
    expect(world.heard()).toEqual(['10:50 mara still-on-it']);
  });

  test('answers "still on it?"', () => {
    const world = acknowledged();
    world.forward(32 * minute);
    world.as('mara').progress();
    world.forward(20 * minute);
    expect(world.ticket()).toMatchObject({ generation: 1, owner: 'mara' });
  });

  test('of whoever helps counts too, and so does his offer to help', () => {
    const world = acknowledged();
    world.forward(31 * minute);
    world.as('otto').acknowledge();
    world.forward(20 * minute);
    world.as('otto').progress();
    world.forward(20 * minute);
    expect(world.ticket()).toMatchObject({ generation: 1, owner: 'mara', coResponders: ['otto'] });
  });

  test('of somebody else is noted, and changes nothing', () => {
    const world = acknowledged();
    const before = world.ticket();
    expect(world.as('nils').progress()).toBe('noted');
    expect(world.ticket()).toEqual(before);
  });

  test('that arrives late neither shortens what is armed', () => {
    const world = acknowledged();
    world.forward(10 * minute);
    const late = world.offline('mara');
    world.forward(10 * minute);
    world.as('mara').progress();
    const armed = world.ticket().expiry;
    late.progress();
    expect(world.ticket().expiry).toEqual(armed);
  });

  test('nor answers a question that was asked after its time', () => {
    const world = acknowledged();
    const late = world.offline('mara');
    world.forward(32 * minute);
    world.heard();
    late.progress();
    expect(world.heard()).toEqual([]);
    world.forward(3 * minute);
    expect(world.heard()).toEqual(['10:35 mara page']);
  });

  test('of whoever lost it by silence is an acknowledgement', () => {
    const world = acknowledged();
    world.forward(42 * minute);
    world.heard();
    world.as('mara').progress();
    expect(world.ticket()).toMatchObject({
      owner: 'mara',
      phase: 'in-progress',
      run: { state: 'acked' },
    });
    expect(world.heard()).toEqual(['10:42 lena taken']);
    world.forward(hour);
    expect(world.heard()[0]).toBe('11:12 mara still-on-it');
  });
});
