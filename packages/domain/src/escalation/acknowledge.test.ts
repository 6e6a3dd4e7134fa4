import { describe, expect, test } from 'vitest';
import { pageOf } from '../ticket/ticket.ts';
import type { Severity } from '../directory/directory.ts';
import { hour, minute, newWorld } from './test-world.ts';

/** A ticket of team "cold", open since 10:00. Mara is on call, Lena leads. */
function reported(severity: Severity = 'S2', more = {}) {
  const world = newWorld();
  world.report({ severity, ...more });
  return world;
}

describe('a report', () => {
  test('asks the people of the first step at once, then the next step when its time is over', () => {
    const world = reported('S2');
    expect(world.heard()).toEqual(['10:00 mara page']);
    world.forward(hour);
    expect(world.heard().slice(0, 2)).toEqual(['10:10 lena page', '10:30 mara page']);
  });

  test('with "I am on it" pages nobody', () => {
    const world = reported('S2', { take: true });
    world.forward(hour);
    expect(world.heard()).toEqual([]);
    expect(world.ticket()).toMatchObject({ phase: 'acknowledged', owner: 'nils' });
  });

  test('by whoever is on call pages himself, unless he is on it', () => {
    const world = newWorld();
    world.report({}, 'mara');
    expect(world.heard()).toEqual(['10:00 mara page']);
  });

  test('is refused where it names what is not there, and leaves no ticket', () => {
    const world = newWorld();
    expect(world.report({ team: 'nobody' })).toBe('unknown-team');
    expect(world.log()).toEqual([]);
  });

  test('made without net hours ago pages from when it arrives, and keeps when it was seen', () => {
    const world = newWorld();
    world.report({ severity: 'S1' }, 'nils', world.now() - 3 * hour);
    expect(world.ticket().reportedAt).toBe(world.now() - 3 * hour);
    world.forward(5 * minute);
    expect(world.heard()).toEqual(['10:00 mara page', '10:05 lena page']);
  });
});

describe('an acknowledgement', () => {
  test('makes the first acker the owner, and stops the run', () => {
    const world = reported('S2');
    world.as('mara').acknowledge();
    expect(world.ticket()).toMatchObject({
      phase: 'acknowledged',
      owner: 'mara',
      run: { state: 'acked', armed: null },
      pages: [{ person: 'mara', state: 'acked' }],
    });
    world.forward(hour);
    expect(world.heard()).toEqual(['10:00 mara page']);
  });

  test('of anyone who may read will do, paged or not', () => {
    const world = reported('S2');
    expect(world.as('otto').acknowledge()).toBeNull();
    expect(world.ticket().owner).toBe('otto');
  });

  test('withdraws the pages of the others, quietly', () => {
    const world = reported('S2');
    world.forward(12 * minute);
    world.heard();
    world.as('lena').acknowledge();
    expect(world.heard()).toEqual(['10:12 mara taken']);
    expect(world.ticket().pages).toMatchObject([
      { person: 'mara', state: 'superseded' },
      { person: 'lena', state: 'acked' },
    ]);
  });

  test('by a second person makes him a co-responder, and both are told', () => {
    const world = reported('S2');
    world.as('mara').acknowledge();
    world.heard();
    expect(world.as('otto').acknowledge()).toBe('joined');
    expect(world.ticket()).toMatchObject({ owner: 'mara', coResponders: ['otto'] });
    expect(world.heard()).toEqual(['10:00 mara joined', '10:00 otto joined']);
  });

  test('given twice changes nothing the second time', () => {
    const world = reported('S2');
    world.as('mara').acknowledge();
    const before = world.ticket();
    expect(world.as('mara').acknowledge()).toBe('renewed');
    expect(world.ticket()).toEqual(before);
  });
});

describe('a decline', () => {
  test('of the only page of a step fires the next at once', () => {
    const world = reported('S2');
    world.forward(minute);
    world.as('mara').decline();
    expect(world.heard()).toEqual(['10:00 mara page', '10:01 lena page']);
  });

  test('of one page of two changes nothing; of both, the next step fires at once', () => {
    const world = reported('S3');
    expect(world.heard()).toEqual(['10:00 mara page', '10:00 lena page']);
    world.as('mara').decline();
    expect(world.heard()).toEqual([]);
    world.as('lena').decline();
    expect(world.heard()).toEqual(['10:00 max page']);
  });

  test('does not keep anybody from being paged on the next lap', () => {
    const world = reported('S2');
    world.as('mara').decline();
    world.forward(20 * minute);
    expect(world.heard()).toEqual(['10:00 mara page', '10:00 lena page', '10:20 mara page']);
  });

  test('of a step that is over changes nothing', () => {
    const world = reported('S2');
    world.forward(10 * minute);
    world.heard();
    world.as('mara').decline();
    expect(world.heard()).toEqual([]);
  });

  test('is refused without a page, and needless when it was answered', () => {
    const world = reported('S2');
    expect(world.as('otto').decline()).toBe('not-your-page');
    const late = world.offline('mara');
    world.as('lena').acknowledge();
    expect(late.decline()).toBe('answered');
  });

  test('of a page that a newer one replaced does not answer the newer', () => {
    const world = reported('S2');
    const late = world.offline('mara');
    world.as('nils').rates('S1');
    expect(late.decline()).toBe('answered');
    expect(pageOf(world.ticket(), 'mara')).toMatchObject({ state: 'open', severity: 'S1' });
  });
});

describe('a release', () => {
  test('fires the same step again at once, without him', () => {
    const world = reported('S3');
    world.as('mara').acknowledge();
    world.heard();
    world.forward(minute);
    world.as('mara').release();
    expect(world.heard()).toEqual(['10:01 lena page']);
    expect(world.ticket()).toMatchObject({ phase: 'open', owner: null, run: { state: 'active' } });
  });

  test('goes on to the next step at once where nobody else is in this one', () => {
    const world = reported('S2');
    world.as('mara').acknowledge();
    world.heard();
    world.as('mara').release();
    expect(world.heard()).toEqual(['10:00 lena page']);
  });

  test('keeps him out of every lap of this run', () => {
    const world = reported('S1');
    world.as('mara').acknowledge();
    world.as('mara').release();
    world.heard();
    world.forward(2 * hour);
    expect(world.heard().filter((line) => line.includes('mara'))).toEqual([]);
  });

  test('gives the ticket to who helped, pages nobody, and tells him', () => {
    const world = reported('S2');
    world.as('mara').acknowledge();
    world.as('otto').acknowledge();
    world.heard();
    world.as('mara').release();
    expect(world.ticket()).toMatchObject({
      owner: 'otto',
      coResponders: [],
      phase: 'acknowledged',
    });
    expect(world.heard()).toEqual(['10:00 otto released']);
  });

  test('by whoever helped leaves the owner alone, who is told', () => {
    const world = reported('S2');
    world.as('mara').acknowledge();
    world.as('otto').acknowledge();
    world.heard();
    world.as('otto').release();
    expect(world.ticket()).toMatchObject({ owner: 'mara', coResponders: [] });
    expect(world.heard()).toEqual(['10:00 mara released']);
  });

  test('of one after the other asks neither of them again', () => {
    const world = reported('S3');
    world.as('mara').acknowledge();
    world.as('lena').acknowledge();
    world.as('mara').release();
    world.heard();
    world.as('lena').release();
    expect(world.heard()).toEqual(['10:00 max page']);
  });

  test('by whoever helped, while others are asked, pages nobody anew', () => {
    const world = reported('S2');
    world.as('mara').acknowledge();
    world.as('otto').acknowledge();
    // Mara is silent for two hours and is asked; she had it, Otto only helps.
    world.forward(2 * hour + 6 * minute);
    world.heard();
    world.as('otto').release();
    expect(world.heard()).toEqual([]);
  });

  test('is refused to whoever does not have it, and of what is over', () => {
    const world = reported('S2');
    expect(world.as('mara').release()).toBe('not-yours');
    world.as('mara').acknowledge();
    world.as('mara').resolve();
    expect(world.as('mara').release()).toBe('not-open');
  });
});
