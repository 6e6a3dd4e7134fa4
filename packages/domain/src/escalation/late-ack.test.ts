import { describe, expect, test } from 'vitest';
import type { Severity } from '../directory/directory.ts';
import { hour, minute, newWorld } from './test-world.ts';

/** Mara was paged at 10:00, and presses "I have it" at 10:03 where there is no net: it arrives when `ack` is called. */
function late(severity: Severity = 'S2') {
  const world = newWorld();
  world.report({ severity });
  world.forward(3 * minute);
  const phone = world.offline('mara');
  world.heard();
  return { world, phone, ack: () => phone.acknowledge() };
}

/** What the log says of the newest acknowledgement. */
function recorded(world: ReturnType<typeof newWorld>) {
  const event = world.log().findLast(({ name }) => name === 'acknowledged');
  return event?.name === 'acknowledged' ? { ...event.args, recordedAt: event.recordedAt } : null;
}

describe('a late acknowledgement', () => {
  test('of a ticket that was resolved meanwhile stands in the timeline only', () => {
    const { world, ack } = late();
    world.as('lena').resolve();
    const before = world.ticket();
    world.heard();
    expect(ack()).toBe('ended');
    expect(world.ticket()).toEqual(before);
    expect(recorded(world)).toMatchObject({ effect: 'ended' });
    world.as('lena').close();
    expect(ack()).toBe('ended');
    expect(world.heard()).toEqual([]);
  });

  test('of a severity that was raised meanwhile closes his old page only; he is paged anew', () => {
    const { world, ack } = late('S3');
    world.edit('schedule', 'rota', { layers: [] });
    world.as('nils').rates('S2');
    world.heard();
    expect(ack()).toBe('raised');
    expect(world.heard()).toEqual(['10:03 mara page']);
    expect(world.ticket()).toMatchObject({ owner: null, run: { state: 'active' } });
    expect(world.as('mara').acknowledge()).toBeNull();
    expect(world.ticket().owner).toBe('mara');
  });

  test('of a raised severity pages him once where the raise has paged him already', () => {
    const { world, ack } = late('S3');
    world.as('nils').rates('S2');
    world.heard();
    expect(ack()).toBe('raised');
    expect(world.heard()).toEqual([]);
    expect(world.ticket().pages).toContainEqual(
      expect.objectContaining({ person: 'mara', generation: 2, state: 'open' }),
    );
  });

  test('of a raised severity that somebody else has confirmed asks nothing more of him', () => {
    const { world, ack } = late('S3');
    world.as('nils').rates('S2');
    world.as('otto').acknowledge();
    world.heard();
    expect(ack()).toBe('raised');
    expect(world.heard()).toEqual([]);
    expect(world.ticket()).toMatchObject({ owner: 'otto', coResponders: [] });
  });

  test('of a raised severity that he has declined or given back since asks nothing more of him', () => {
    for (const no of ['decline', 'release'] as const) {
      const { world, ack } = late('S3');
      world.as('nils').rates('S1');
      if (no === 'release') world.as('mara').acknowledge();
      world.as('mara')[no]();
      world.heard();
      expect(ack()).toBe('raised');
      expect(world.heard()).toEqual([]);
    }
  });

  test('of a severity that was raised and lowered again is one of a raise still where it is worse', () => {
    const { world, ack } = late('S3');
    world.as('nils').rates('S1');
    world.as('lena').rates('S2');
    expect(ack()).toBe('raised');
  });

  test('of an older generation otherwise is recorded, and does not stop the new run', () => {
    const { world, ack } = late();
    world.as('lena').resolve();
    world.as('nils').reopen();
    const before = world.ticket();
    world.heard();
    expect(ack()).toBe('stale');
    expect(world.ticket()).toEqual(before);
    expect(world.heard()).toEqual([]);
    // One tap more, and he has it.
    expect(world.as('mara').acknowledge()).toBeNull();
  });

  test('of a generation that expired meanwhile neither', () => {
    const { world } = late('S1');
    world.as('mara').acknowledge();
    world.forward(31 * minute);
    const phone = world.offline('mara');
    world.forward(10 * minute);
    expect(phone.acknowledge()).toBe('stale');
    expect(world.ticket().run?.state).toBe('active');
  });

  test('by whoever went off shift meanwhile counts: a human has it', () => {
    const { world, ack } = late();
    world.edit('schedule', 'rota', { layers: [] });
    expect(ack()).toBeNull();
    expect(world.ticket().owner).toBe('mara');
  });

  test('where somebody else acknowledged meanwhile makes a co-responder, and both are told', () => {
    const { world, ack } = late();
    world.as('lena').acknowledge();
    world.heard();
    expect(ack()).toBe('joined');
    expect(world.ticket()).toMatchObject({ owner: 'lena', coResponders: ['mara'] });
    expect(world.heard()).toEqual(['10:03 lena joined', '10:03 mara joined']);
  });

  test('where somebody else has it makes a co-responder also after its time is over', () => {
    const { world, ack } = late('S1');
    world.forward(20 * minute);
    world.as('lena').acknowledge();
    world.forward(15 * minute);
    expect(ack()).toBe('joined');
    expect(world.ticket().owner).toBe('lena');
  });

  test('whose time is over is acknowledged and expired: the run goes on, he is asked', () => {
    const { world, ack } = late('S1');
    world.forward(30 * minute);
    const before = world.ticket();
    world.heard();
    expect(ack()).toBe('expired');
    expect(world.ticket()).toEqual({ ...before, formerOwner: 'mara' });
    expect(world.heard()).toEqual(['10:33 mara still-on-it']);
    expect(world.as('mara').acknowledge()).toBeNull();
  });

  test('whose time is over is answered by any sign of work', () => {
    const { world, ack } = late('S1');
    world.forward(30 * minute);
    ack();
    expect(world.as('mara').progress()).toBeNull();
    expect(world.ticket()).toMatchObject({ owner: 'mara', run: { state: 'acked' } });
  });

  test('of the same generation stops the run, and counts from when he acted', () => {
    const { world, ack } = late('S1');
    world.forward(20 * minute);
    expect(ack()).toBeNull();
    expect(world.ticket()).toMatchObject({ owner: 'mara', run: { state: 'acked', armed: null } });
    expect(recorded(world)).toMatchObject({
      actedAt: world.now() - 20 * minute,
      recordedAt: world.now(),
    });
    world.heard();
    world.forward(10 * minute);
    expect(world.heard()).toEqual(['10:33 mara still-on-it']);
  });

  test('stands down quietly whoever was paged since he acted, and withdraws what was before', () => {
    const world = newWorld();
    world.report({ severity: 'S1' });
    world.forward(7 * minute);
    const phone = world.offline('mara');
    world.forward(5 * minute);
    world.heard();
    phone.acknowledge();
    expect(world.heard()).toEqual(['10:12 lena taken', '10:12 max stood-down']);
  });

  test('stops a run that is exhausted', () => {
    const { world, ack } = late('S2');
    world.forward(hour);
    expect(world.ticket().run?.state).toBe('exhausted');
    expect(ack()).toBeNull();
    expect(world.ticket()).toMatchObject({ owner: 'mara', run: { state: 'acked' } });
  });

  test('is never refused', () => {
    const { world, ack } = late();
    for (const happens of [
      () => world.as('nils').rates('S1'),
      () => world.forward(4 * hour),
      () => world.as('lena').resolve(),
      () => world.as('nils').reopen(),
      () => world.as('lena').resolve(),
      () => world.as('lena').close(),
    ]) {
      happens();
      const length = world.log().length;
      ack();
      expect(world.log().length).toBeGreaterThan(length);
    }
  });
});

test('a late acknowledgement of somebody who is disabled now stands in the log, and nobody waits for him', () => {
  const { world, phone } = late();
  world.edit('person', 'mara', { disabled: true });
  world.heard();
  expect(phone.acknowledge()).toBeNull();
  world.forward(0);
  expect(world.ticket()).toMatchObject({ owner: null, run: { state: 'active' } });
  expect(world.heard()).toContain('10:03 lena page');
});

describe('a late resolve', () => {
  test('of the same generation solves it, whoever has it', () => {
    const { world, phone } = late();
    world.forward(20 * minute);
    world.as('lena').acknowledge();
    expect(phone.resolve()).toBeNull();
    expect(world.ticket()).toMatchObject({ phase: 'resolved', owner: 'lena' });
  });

  test('of an older one is a proposal, and the run goes on', () => {
    const { world, phone } = late('S3');
    world.as('nils').rates('S2');
    const { run } = world.ticket();
    world.heard();
    expect(phone.resolve()).toBe('proposed');
    expect(world.ticket().run).toEqual(run);
    // Whoever is asked meanwhile is told, since nobody has it.
    expect(world.heard()).toEqual(['10:03 lena proposed', '10:03 mara proposed']);
  });

  test('of what is solved is noted', () => {
    const { world, phone } = late();
    world.as('lena').resolve();
    expect(phone.resolve()).toBe('ended');
  });
});
