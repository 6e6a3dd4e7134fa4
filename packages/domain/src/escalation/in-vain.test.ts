import { describe, expect, test } from 'vitest';
import type { Severity } from '../directory/directory.ts';
import { hour, minute, monday, newWorld, second } from './test-world.ts';

function reported(severity: Severity, more = {}, at = monday) {
  const world = newWorld({ at });
  world.report({ severity, ...more });
  return world;
}

describe('nobody on call', () => {
  test('waits for a shift that begins within 5 min', () => {
    const world = reported('S2', { team: 'new' });
    expect(world.heard()).toEqual([]);
    expect(world.due()).toBe(monday + 4 * minute);
    world.forward(15 * minute);
    expect(world.heard()).toEqual(['10:04 nils page', '10:14 lena page']);
  });

  test('else goes to the next step at once', () => {
    const world = reported('S2', { team: 'new' }, monday - 2 * minute);
    expect(world.heard()).toEqual(['09:58 lena page']);
  });

  test('at any step goes through to the fallback and the admins at once', () => {
    const world = newWorld();
    world.edit('team', 'cold', { schedule: null, members: [], lead: null });
    world.report();
    expect(world.heard()).toEqual(['10:00 fred page', '10:00 ada page', '10:00 zoe page']);
  });

  test('and nobody at all keeps its cadence', () => {
    const world = newWorld();
    world.edit('team', 'cold', { schedule: null, members: [], lead: null });
    for (const person of ['fred', 'ada', 'zoe']) world.edit('person', person, { disabled: true });
    world.report();
    world.edit('person', 'fred', { disabled: false });
    world.forward(30 * minute);
    expect(world.heard()).toEqual(['10:30 fred page']);
  });
});

describe('a server that was down', () => {
  test('fires one overdue step, marked late, and counts the next from it', () => {
    const world = reported('S1');
    world.heard();
    world.serverIsDown(47 * minute);
    world.forward(10 * minute);
    expect(world.heard()).toEqual(['10:47 lena page', '10:52 max page']);
    const fired = world.log().filter((event) => event.name === 'rung-fired');
    expect(fired.map(({ args }) => args.lateMs)).toEqual([0, 42 * minute, 0]);
  });

  test('for more than 30 s gives whoever is asked then the whole time to answer', () => {
    const world = reported('S1');
    world.serverIsDown(7 * minute);
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:00 mara page', '10:07 lena page', '10:12 max page']);
  });

  test('for no longer than 30 s keeps to the plan', () => {
    const world = reported('S1');
    world.serverIsDown(5 * minute + 30 * second);
    world.forward(10 * minute);
    expect(world.heard()).toEqual(['10:00 mara page', '10:05:30 lena page', '10:10 max page']);
  });

  test('fires no two steps at once that are shorter than what counts as late', () => {
    const world = newWorld();
    const delay = { n: 10, unit: 'second', business: false } as const;
    const response = (['mara', 'lena', 'max'] as const).map((key) => {
      return { targets: [{ kind: 'person', key }], delay } as const;
    });
    world.edit('policy-version', 'urgent@1', { response });
    world.report({ severity: 'S1' });
    world.serverIsDown(28 * second);
    world.forward(10 * second);
    expect(world.heard()).toEqual(['10:00 mara page', '10:00:28 lena page', '10:00:38 max page']);
  });

  test('lets an acknowledgement that waited come first', () => {
    const world = reported('S1');
    world.serverIsDown(10 * minute);
    world.as('mara').acknowledge();
    world.forward(10 * minute);
    expect(world.heard()).toEqual(['10:00 mara page']);
  });

  test('asks a forgotten owner first, who has 5 min to answer', () => {
    const world = reported('S1');
    world.as('mara').acknowledge();
    world.heard();
    world.serverIsDown(3 * hour);
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['13:00 mara still-on-it', '13:05 mara page']);
  });
});

describe('unreachable', () => {
  test('lets the step after it fire at once', () => {
    const world = reported('S2');
    world.forward(minute);
    world.cannotReach('mara');
    expect(world.heard()).toEqual(['10:00 mara page', '10:01 lena page']);
  });

  test('does not keep anybody from answering', () => {
    const world = reported('S2');
    world.cannotReach('mara');
    world.as('mara').acknowledge();
    expect(world.heard()).toEqual(['10:00 mara page', '10:00 lena page', '10:00 lena taken']);
    expect(world.ticket().owner).toBe('mara');
  });

  test('through a whole lap pages the fallback and every admin', () => {
    const world = reported('S1');
    for (const person of ['mara', 'lena', 'max']) world.cannotReach(person);
    expect(world.heard().slice(-3)).toEqual([
      '10:00 fred page',
      '10:00 ada page',
      '10:00 zoe page',
    ]);
    expect(world.ticket().run?.state).toBe('exhausted');
  });

  test('through the only lap there is pages the fallback and every admin, too', () => {
    const world = reported('S3');
    for (const person of ['mara', 'lena', 'max']) world.cannotReach(person);
    expect(world.heard().slice(-3)).toEqual([
      '10:00 fred page',
      '10:00 ada page',
      '10:00 zoe page',
    ]);
  });

  test('but one of a lap climbs the next', () => {
    const world = reported('S1');
    world.cannotReach('mara');
    world.cannotReach('lena');
    world.forward(10 * minute);
    expect(world.heard().slice(-2)).toEqual(['10:00 max page', '10:10 mara page']);
  });

  test('as the fallback pages every admin at once, and then keeps the cadence', () => {
    const world = reported('S2');
    world.forward(hour);
    world.heard();
    world.cannotReach('fred');
    expect(world.heard()).toEqual(['11:00 fred page', '11:00 ada page', '11:00 zoe page']);
    for (const person of ['fred', 'ada', 'zoe']) world.cannotReach(person);
    expect(world.heard()).toEqual([]);
    world.forward(30 * minute);
    expect(world.heard()).toEqual(['11:30 fred page', '11:30 ada page', '11:30 zoe page']);
  });

  test('after an acknowledgement changes nothing', () => {
    const world = reported('S2');
    world.forward(10 * minute);
    world.as('lena').acknowledge();
    const before = world.ticket();
    world.cannotReach('mara');
    expect(world.ticket()).toEqual(before);
  });
});

describe('the last of all', () => {
  test('who gave it back are asked again where nobody else is left', () => {
    const world = reported('S1');
    world.forward(2 * hour);
    for (const person of new Set(world.ticket().pages.map((page) => page.person))) {
      world.as(person).acknowledge();
      world.as(person).release();
    }
    world.heard();
    world.forward(3 * hour);
    expect(world.heard().length).toBeGreaterThan(2);
    expect(world.ticket()).toMatchObject({ owner: null, run: { state: 'exhausted' } });
  });
});
