import { describe, expect, test } from 'vitest';
import { day, hour, minute, newWorld } from './test-world.ts';

function reported() {
  const world = newWorld();
  world.report();
  return world;
}

/** Mara had it and solved it at 10:00. */
function resolved() {
  const world = reported();
  world.as('mara').acknowledge();
  world.as('mara').resolve();
  world.heard();
  return world;
}

describe('a resolve', () => {
  test('ends the run and withdraws the pages of the others', () => {
    const world = reported();
    world.forward(10 * minute);
    world.heard();
    world.as('lena').resolve();
    expect(world.heard()).toEqual(['10:10 mara solved']);
    expect(world.ticket()).toMatchObject({
      phase: 'resolved',
      owner: 'lena',
      run: { state: 'done', armed: null },
      expiry: null,
    });
    world.forward(day);
    expect(world.heard()).toEqual([]);
  });

  test('leaves the ticket with whoever had it', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('otto').resolve();
    expect(world.ticket().owner).toBe('mara');
  });

  test('asks nobody any more whether he is still on it', () => {
    const world = resolved();
    world.forward(3 * hour);
    expect(world.heard()).toEqual([]);
  });

  test('of what is over is noted', () => {
    const world = resolved();
    const before = world.ticket();
    expect(world.as('otto').resolve()).toBe('ended');
    expect(world.ticket()).toEqual(before);
  });

  test('that comes late, when the ticket came back meanwhile, is a proposal that its owner is told of', () => {
    const world = newWorld();
    world.report({ severity: 'S3' });
    world.as('otto').acknowledge();
    const late = world.offline('mara');
    world.as('otto').rates('S2');
    world.heard();
    expect(late.resolve()).toBe('proposed');
    expect(world.ticket()).toMatchObject({ phase: 'acknowledged', run: { state: 'acked' } });
    expect(world.heard()).toEqual(['10:00 otto proposed', '10:00 mara proposed']);
  });
});

describe('closing', () => {
  test('happens by itself after 72 hours', () => {
    const world = resolved();
    world.forward(72 * hour - 1);
    expect(world.ticket().phase).toBe('resolved');
    world.forward(1);
    expect(world.ticket()).toMatchObject({ phase: 'closed', closedAt: world.now() });
  });

  test('is possible at once, but not of what is open; twice is once', () => {
    const world = reported();
    expect(world.as('lena').close()).toBe('not-resolved');
    world.as('lena').resolve();
    expect(world.as('lena').close()).toBeNull();
    const length = world.log().length;
    expect(world.as('lena').close()).toBe('closed');
    expect(world.log()).toHaveLength(length);
  });

  test('leaves nothing to raise or to give back', () => {
    const world = resolved();
    world.as('lena').close();
    expect(world.as('nils').rates('S1')).toBe('not-open');
    expect(world.as('mara').release()).toBe('not-open');
  });
});

describe('a closed ticket', () => {
  const closed = () => {
    const world = resolved();
    world.as('lena').close();
    return world;
  };

  test('is put away after 72 hours more, and then nothing ever happens to it', () => {
    const world = closed();
    world.forward(72 * hour - 1);
    expect(world.ticket()).toMatchObject({ isPutAway: false });
    world.forward(1);
    expect(world.ticket()).toMatchObject({ phase: 'closed', isPutAway: true });
    expect(world.log().at(-1)).toMatchObject({ name: 'put-away', args: {}, by: '@engine' });
    expect(world.due()).toBeNull();
    expect(world.heard()).toEqual([]);
  });

  test('that nobody looked at for long is closed first, and stays personal for its 72 hours', () => {
    const world = resolved();
    world.serverIsDown(10 * day);
    world.forward(0);
    expect(world.ticket()).toMatchObject({ closedAt: world.now(), isPutAway: false });
    world.forward(72 * hour);
    expect(world.ticket()).toMatchObject({ isPutAway: true });
  });

  test('that is reopened is neither closed nor put away, and nobody was told of it', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('otto').acknowledge();
    expect(world.ticket().informed).toEqual(['mara', 'otto']);
    world.as('mara').resolve();
    world.as('lena').close();
    const late = world.offline('nils');
    world.forward(80 * hour);
    expect(world.ticket()).toMatchObject({ isPutAway: true });
    expect(late.reopen()).toBeNull();
    const { closedAt, isPutAway, informed } = world.ticket();
    expect({ closedAt, isPutAway, informed }).toEqual({
      closedAt: null,
      isPutAway: false,
      informed: [],
    });
  });
});

describe('reopening', () => {
  test('asks the former owner first where he is on shift, and 5 min later the first step', () => {
    const world = resolved();
    world.edit('policy-version', 'high@1', {
      response: [
        {
          targets: [{ kind: 'person', key: 'otto' }],
          delay: { n: 10, unit: 'minute', business: false },
        },
      ],
    });
    world.forward(minute);
    world.as('nils').reopen();
    expect(world.ticket()).toMatchObject({
      phase: 'open',
      generation: 2,
      owner: null,
      formerOwner: 'mara',
    });
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:01 mara page', '10:06 otto page']);
  });

  test('asks the first step where the former owner is off shift', () => {
    const world = reported();
    world.as('otto').acknowledge();
    world.as('otto').resolve();
    world.heard();
    world.as('nils').reopen();
    expect(world.heard()).toEqual(['10:00 mara page']);
  });

  test('by the former owner himself does not ask him first', () => {
    const world = resolved();
    world.as('mara').reopen();
    expect(world.ticket().run?.fired?.rung).toMatchObject({ kind: 'step', step: 1 });
  });

  test('begins with the policy that is current then', () => {
    const world = resolved();
    world.edit('policy', 'high', { current: 'urgent@1' });
    world.as('nils').reopen();
    expect(world.ticket().policyVersion).toBe('urgent@1');
  });

  test('is possible of a closed ticket, too, until 72 hours have passed since it was solved', () => {
    const world = resolved();
    world.as('lena').close();
    world.forward(71 * hour);
    const late = world.offline('nils');
    world.forward(hour);
    expect(world.as('nils').reopen()).toBe('reopen-window-over');
    expect(late.reopen()).toBeNull();
    expect(world.ticket().phase).toBe('open');
  });

  test('is not talked around by a claim from before it was solved', () => {
    const world = reported();
    const late = world.offline('lena');
    world.forward(hour);
    world.as('otto').resolve();
    world.forward(73 * hour);
    expect(late.reopen()).toBe('reopen-window-over');
  });

  test('leaves nobody a page from before', () => {
    const world = reported();
    world.as('lena').resolve();
    world.edit('schedule', 'rota', { layers: [] });
    world.as('nils').reopen();
    expect(world.ticket().pages.map(({ person }) => person)).toEqual(['lena']);
  });

  test('of what is open is noted', () => {
    const world = reported();
    const before = world.ticket();
    expect(world.as('nils').reopen()).toBe('already-so');
    expect(world.ticket()).toEqual(before);
  });

  test('asks people anew who took it back or had acknowledged before', () => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('mara').release();
    world.as('lena').resolve();
    world.heard();
    world.as('nils').reopen();
    expect(world.heard()).toEqual(['10:00 mara page']);
  });
});
