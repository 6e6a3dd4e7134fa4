import { describe, expect, test } from 'vitest';
import type { Severity } from '../directory/directory.ts';
import { day, hour, minute, monday, newWorld } from './test-world.ts';

function reported(severity: Severity, more = {}, at = monday) {
  const world = newWorld({ at });
  world.report({ severity, ...more });
  return world;
}

describe('the ladder', () => {
  test('of S1 is climbed three times, then the fallback is paged', () => {
    const world = reported('S1');
    world.forward(hour);
    expect(world.heard()).toEqual([
      '10:00 mara page',
      '10:05 lena page',
      '10:10 max page',
      '10:20 mara page',
      '10:25 lena page',
      '10:30 max page',
      '10:40 mara page',
      '10:45 lena page',
      '10:50 max page',
      '11:00 fred page',
    ]);
    expect(world.ticket().run?.state).toBe('exhausted');
  });

  test('of S2 twice', () => {
    const world = reported('S2');
    world.forward(hour);
    expect(world.heard()).toEqual([
      '10:00 mara page',
      '10:10 lena page',
      '10:30 mara page',
      '10:40 lena page',
      '11:00 fred page',
    ]);
  });

  test('of the others once, in business time', () => {
    const world = reported('S3', {}, monday + 6 * hour);
    world.forward(day);
    expect(world.heard()).toEqual([
      '16:00 mara page',
      '16:00 lena page',
      '17:00 max page quietly',
      'tue 10:00 fred page',
    ]);
  });

  test('is climbed as often as its policy says, whatever the severity', () => {
    const once = newWorld();
    once.edit('policy-version', 'urgent@1', { laps: 1 });
    once.report({ severity: 'S1' });
    once.forward(20 * minute);
    expect(once.heard()).toEqual([
      '10:00 mara page',
      '10:05 lena page',
      '10:10 max page',
      '10:20 fred page',
    ]);
    expect(once.ticket().run?.state).toBe('exhausted');

    const often = newWorld();
    often.edit('policy-version', 'calm@1', { laps: 4 });
    often.report({ severity: 'S3' });
    often.forward(2 * day);
    expect(often.heard().filter((line) => !line.includes('lena'))).toEqual([
      '10:00 mara page',
      '11:00 max page',
      '13:00 mara page',
      '14:00 max page',
      '16:00 mara page',
      '17:00 max page quietly',
      'tue 10:00 mara page',
      'tue 11:00 max page',
      'tue 13:00 fred page',
      'wed 08:00 fred page',
    ]);
  });

  test('is loud at any hour for S1 and S2, for the others only while the team is open', () => {
    const atNight = monday + 12 * hour;
    expect(reported('S2', {}, atNight).heard()).toEqual(['22:00 mara page']);
    expect(reported('S4', {}, atNight).heard()).toEqual(['22:00 mara page quietly']);
  });

  test('asks whoever is on call when the step fires', () => {
    const world = reported('S1', {}, monday + 7 * day - 2 * hour - 10 * minute);
    world.forward(20 * minute);
    expect(world.heard()).toEqual([
      '07:50 mara page',
      '07:55 lena page',
      '08:00 max page',
      '08:10 otto page',
    ]);
  });

  test('of a team without a rota asks its members while it is open, and nobody of them at night', () => {
    const members = reported('S1', { team: 'doors' }).heard();
    expect(members).toEqual(['10:00 otto page', '10:00 nils page']);
    const atNight = reported('S1', { team: 'doors' }, monday + 12 * hour);
    expect(atNight.heard()).toEqual(['22:00 lena page']);
  });

  test('pages a person once who is in a step twice', () => {
    const world = newWorld();
    world.edit('team', 'cold', { lead: 'mara' });
    world.report({ severity: 'S3' });
    expect(world.heard()).toEqual(['10:00 mara page']);
  });

  test('pages nobody who is disabled', () => {
    const world = newWorld();
    world.edit('person', 'mara', { disabled: true });
    world.report();
    expect(world.heard()).toEqual(['10:00 lena page']);
  });

  test('stays with the version it began with', () => {
    const world = reported('S2');
    world.edit('policy', 'high', { current: 'urgent@1' });
    world.forward(20 * minute);
    expect(world.heard()).toEqual(['10:00 mara page', '10:10 lena page']);
  });
});

describe('exhausted', () => {
  /** What is heard from the moment on at which the fallback is paged for the first time. */
  function fallback(severity: Severity, forMs: number) {
    const world = reported(severity);
    world.forward(forMs);
    const heard = world.heard();
    return heard.slice(heard.findIndex((line) => line.includes('fred')));
  }

  test('S1 pages the fallback every 15 min, four times, then hourly with all admins', () => {
    expect(fallback('S1', 3 * hour)).toEqual([
      '11:00 fred page',
      '11:15 fred page',
      '11:30 fred page',
      '11:45 fred page',
      '12:00 fred page',
      '12:00 ada page',
      '12:00 zoe page',
      '13:00 fred page',
      '13:00 ada page',
      '13:00 zoe page',
    ]);
  });

  test('S2 every 30 min', () => {
    expect(fallback('S2', 2 * hour)).toEqual([
      '11:00 fred page',
      '11:30 fred page',
      '12:00 fred page',
    ]);
  });

  test.each(['S3', 'S4'] as const)('%s every business day', (severity) => {
    const heard = fallback(severity, 6 * day);
    expect(heard.slice(1, 3)).toEqual(
      severity === 'S3'
        ? ['tue 08:00 fred page', 'wed 08:00 fred page']
        : ['wed 08:00 fred page', 'thu 08:00 fred page'],
    );
    expect(heard.filter((line) => /^sat|^sun/.test(line))).toEqual([]);
  });

  test('ends with an acknowledgement', () => {
    const world = reported('S2');
    world.forward(hour);
    world.as('fred').acknowledge();
    expect(world.ticket()).toMatchObject({ owner: 'fred', run: { state: 'acked', armed: null } });
  });

  test('goes on with all admins at once when the fallback gives it back', () => {
    const world = reported('S2');
    world.forward(hour);
    world.as('fred').acknowledge();
    world.heard();
    world.as('fred').release();
    expect(world.heard()).toEqual(['11:00 ada page', '11:00 zoe page']);
    world.forward(hour);
    expect(world.heard()).toEqual([
      '11:30 ada page',
      '11:30 zoe page',
      '12:00 ada page',
      '12:00 zoe page',
    ]);
  });

  test('does not hurry when the fallback declines', () => {
    const world = reported('S2');
    world.forward(hour);
    world.heard();
    world.as('fred').decline();
    world.forward(29 * minute);
    expect(world.heard()).toEqual([]);
    world.forward(minute);
    expect(world.heard()).toEqual(['11:30 fred page']);
  });

  test('pages all admins where the fallback person is disabled', () => {
    const world = reported('S2');
    world.edit('person', 'fred', { disabled: true });
    world.forward(hour);
    expect(world.heard().slice(-2)).toEqual(['11:00 ada page', '11:00 zoe page']);
  });
});
