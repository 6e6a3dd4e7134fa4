import { describe, expect, test } from 'vitest';
import type { Severity } from '../directory/directory.ts';
import { hour, minute, newWorld } from './test-world.ts';

/** A ticket of team "cold", open since 10:00; nobody has it. */
function reported(severity: Severity) {
  const world = newWorld();
  world.report({ severity });
  world.heard();
  return world;
}

/** Otto has it, though Mara is on call. */
function acknowledged(severity: Severity) {
  const world = reported(severity);
  world.as('otto').acknowledge();
  world.forward(minute);
  world.heard();
  return world;
}

describe('a raise while nobody has it', () => {
  test('begins a new generation with the first step of the worse policy, at once', () => {
    const world = reported('S3');
    world.forward(minute);
    world.as('nils').rates('S1');
    expect(world.heard()).toEqual(['10:01 mara page']);
    expect(world.ticket()).toMatchObject({ generation: 2, policyVersion: 'urgent@1' });
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:06 lena page']);
  });

  test('leaves whoever was paged his page, and gives a newer one in its place', () => {
    const world = reported('S3');
    world.as('nils').rates('S1');
    expect(world.ticket().pages).toMatchObject([
      { person: 'lena', generation: 1, severity: 'S3', state: 'open' },
      { person: 'mara', generation: 2, severity: 'S1', state: 'open' },
    ]);
  });

  test('lets somebody with the older page take it, once he saw the raise', () => {
    const world = reported('S3');
    world.as('nils').rates('S2');
    expect(world.as('lena').acknowledge()).toBeNull();
    expect(world.ticket().owner).toBe('lena');
  });
});

describe('a raise while somebody has it', () => {
  test('to S1 pages the owner and the first step together', () => {
    const world = acknowledged('S3');
    world.as('nils').rates('S1');
    expect(world.heard()).toEqual(['10:01 otto page', '10:01 mara page']);
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:06 lena page']);
  });

  test('to anything else pages the owner first, and 5 min later the first step', () => {
    const world = acknowledged('S3');
    world.as('nils').rates('S2');
    expect(world.heard()).toEqual(['10:01 otto page']);
    expect(world.ticket()).toMatchObject({ owner: 'otto', phase: 'acknowledged' });
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:06 mara page']);
  });

  test('is confirmed by his acknowledgement, which counts anew', () => {
    const world = acknowledged('S3');
    world.as('nils').rates('S2');
    world.as('otto').acknowledge();
    world.heard();
    world.forward(3 * hour);
    expect(world.heard()[0]).toBe('12:01 otto still-on-it');
  });

  test('asks the first step at once when he declines or gives it back', () => {
    for (const no of ['decline', 'release'] as const) {
      const world = acknowledged('S3');
      world.as('nils').rates('S2');
      world.heard();
      world.as('otto')[no]();
      expect(world.heard()).toEqual(['10:01 mara page']);
    }
  });

  test('to S1 pages nobody twice when he gives it back', () => {
    const world = acknowledged('S3');
    world.as('nils').rates('S1');
    world.heard();
    world.as('otto').release();
    expect(world.heard()).toEqual([]);
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:06 lena page']);
  });

  test('to S1 asks the second step at once where nobody is in the first but him', () => {
    const world = newWorld();
    world.report({ severity: 'S3', team: 'new' });
    world.forward(minute);
    world.as('otto').acknowledge();
    world.heard();
    world.edit('schedule', 'new-rota', { layers: [] });
    world.as('nils').rates('S1');
    expect(world.heard()).toEqual(['10:01 otto page', '10:01 lena page']);
  });

  test('is whose who answers it: an owner who says no, or nothing, only helps', () => {
    const declined = acknowledged('S2');
    declined.as('lena').rates('S1');
    declined.as('otto').decline();
    declined.as('mara').acknowledge();
    expect(declined.ticket()).toMatchObject({ owner: 'mara', coResponders: [] });

    const silent = acknowledged('S2');
    silent.as('lena').rates('S1');
    silent.as('mara').acknowledge();
    expect(silent.ticket()).toMatchObject({ owner: 'mara', coResponders: ['otto'] });
  });

  test('raised again by whoever had to confirm is his', () => {
    const world = acknowledged('S3');
    world.as('lena').rates('S2');
    world.as('otto').rates('S1');
    expect(world.ticket()).toMatchObject({ owner: 'otto', run: { state: 'acked' } });
  });

  test('pages nobody who was disabled meanwhile', () => {
    const world = acknowledged('S3');
    world.edit('person', 'otto', { disabled: true });
    world.as('nils').rates('S1');
    expect(world.heard()).toEqual(['10:01 mara page']);
  });

  test('by himself counts as his acknowledgement, with the new expiry', () => {
    const world = acknowledged('S3');
    world.as('otto').rates('S2');
    expect(world.heard()).toEqual([]);
    expect(world.ticket()).toMatchObject({ generation: 2, run: { state: 'acked' } });
    world.forward(2 * hour);
    expect(world.heard()).toEqual(['12:01 otto still-on-it']);
  });

  test('by himself to S1 tells the people of the first step', () => {
    const world = acknowledged('S3');
    world.as('otto').rates('S1');
    expect(world.heard()).toEqual(['10:01 mara raised']);
  });

  test('by himself goes to the first step when he gives it back', () => {
    const world = acknowledged('S3');
    world.as('otto').rates('S2');
    world.as('otto').release();
    expect(world.heard()).toEqual(['10:01 mara page']);
  });
});

describe('raised twice', () => {
  test('to the same by two people begins one run; the second is told', () => {
    const world = reported('S3');
    const otto = world.offline('otto');
    world.as('nils').rates('S1');
    world.heard();
    expect(otto.rates('S1')).toBe('already-so');
    expect(otto.rates('S2')).toBe('already-so');
    expect(world.heard()).toEqual([]);
    expect(world.ticket()).toMatchObject({ generation: 2, severity: 'S1' });
  });
});

describe('lowered', () => {
  test('while nobody has it, climbs the milder policy; whoever was paged keeps his page', () => {
    const world = reported('S1');
    world.forward(minute);
    world.as('lena').rates('S3');
    // Mara was paged at 10:00; Lena is in the first step of the milder policy.
    expect(world.heard()).toEqual(['10:01 lena page']);
    expect(world.ticket()).toMatchObject({ generation: 1, policyVersion: 'calm@1' });
    world.forward(hour);
    expect(world.heard()).toEqual(['11:01 max page']);
  });

  test('goes on at once when whoever keeps his page says no', () => {
    const world = reported('S1');
    world.as('lena').rates('S2');
    expect(world.as('mara').decline()).toBeNull();
    world.forward(0);
    expect(world.heard()).toEqual(['10:00 lena page']);
  });

  test('leaves a page good that was made before it', () => {
    const world = reported('S1');
    const late = world.offline('mara');
    world.as('lena').rates('S3');
    expect(late.acknowledge()).toBeNull();
    expect(world.ticket().owner).toBe('mara');
  });

  test('while somebody has it, pages nobody, and trusts him for longer', () => {
    const world = acknowledged('S1');
    world.as('lena').rates('S2');
    world.forward(2 * hour);
    expect(world.heard()).toEqual(['12:01 otto still-on-it']);
  });

  test('to S4 trusts him for ever', () => {
    const world = acknowledged('S1');
    world.as('lena').rates('S4');
    expect(world.due()).toBeNull();
  });

  test('and given back afterwards climbs the milder policy', () => {
    const world = acknowledged('S1');
    world.as('lena').rates('S3');
    world.as('otto').release();
    expect(world.heard()).toEqual(['10:01 mara page', '10:01 lena page']);
    expect(world.ticket().policyVersion).toBe('calm@1');
  });

  test('before the owner confirmed a raise still asks him first', () => {
    const world = acknowledged('S3');
    world.as('nils').rates('S2');
    world.heard();
    world.as('lena').rates('S3');
    expect(world.heard()).toEqual([]);
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:06 mara page', '10:06 lena page']);
  });

  test('is refused to whoever saw another severity', () => {
    const world = reported('S2');
    const late = world.offline('lena');
    world.as('nils').rates('S1');
    expect(late.rates('S3')).toBe('severity-changed');
  });
});
