import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import { askedOf, countsOf, isAsked, searchOf, stepFrom, type Asked } from './queue.ts';

const plain = {
  phase: 'open',
  owner: null,
  team: 'cold',
  run: { state: 'active' },
  pages: [],
  promise: null,
  reportedAt: 0,
  respondedAt: null,
  ownedSince: null,
} as unknown as Ticket;
const row = (more: Partial<Ticket>) => ({ state: { ...plain, ...more } });
const unreachable = [{ person: 'ines', state: 'unreachable' }] as unknown as Ticket['pages'];

const free = row({});
const had = row({ owner: 'otto', phase: 'acknowledged', team: 'desk' });
const unreached = row({ pages: unreachable, team: 'desk' });
const promise = { firstResponse: null, nextUpdate: null, resolution: { by: 100, metAt: null } };
const late = row({ promise, team: 'desk' });
const asked: Asked = { view: 'all', team: null };

describe('a queue shows', () => {
  test('all that is open, what nobody has, what is at risk, or where somebody cannot be reached', () => {
    const in_ = (view: Asked['view']) =>
      [free, had, unreached, late].filter((one) => isAsked(one, { ...asked, view }, 90));
    expect(in_('all')).toEqual([free, had, unreached, late]);
    expect(in_('free')).toEqual([free, unreached, late]);
    expect(in_('risk')).toEqual([late]);
    expect(in_('unreached')).toEqual([unreached]);
  });

  test('those of one team, and counts what each choice would show beside the other', () => {
    expect(isAsked(free, { ...asked, team: 'desk' }, 0)).toBe(false);
    const counts = countsOf([free, had, unreached], { view: 'free', team: 'desk' }, 0);
    expect(counts.view).toEqual({ all: 2, free: 1, risk: 0, unreached: 1 });
    expect([...counts.team]).toEqual([
      ['cold', 1],
      ['desk', 1],
    ]);
  });

  test('what its address says, and nothing that it does not know', () => {
    expect(searchOf(asked, null)).toBe('');
    const search = searchOf({ view: 'free', team: 'a b' }, '01X');
    expect(search).toBe('?view=free&team=a%20b&ticket=01X');
    expect(askedOf(new URLSearchParams(search))).toEqual({ view: 'free', team: 'a b' });
    expect(askedOf(new URLSearchParams('?view=none'))).toEqual(asked);
  });
});

describe('a step', () => {
  const ids = ['a', 'b', 'c'];
  test.each<[string, string | null, number, 1 | -1, string]>([
    ['leads to the next', 'a', 0, 1, 'b'],
    ['and back', 'b', 1, -1, 'a'],
    ['stays at the end', 'c', 2, 1, 'c'],
    ['stays at the beginning', 'a', 0, -1, 'a'],
    ['begins at the top', null, 0, 1, 'a'],
    ['from what is gone leads to what stands in its place', 'x', 1, 1, 'b'],
    ['from what is gone leads back to what stood above it', 'x', 1, -1, 'a'],
    ['from what is gone at the end leads to the last', 'x', 3, 1, 'c'],
  ])('%s', (_, shown, before, step, to) => expect(stepFrom(ids, shown, before, step)).toBe(to));

  test('in an empty list leads nowhere', () => expect(stepFrom([], 'a', 0, 1)).toBeNull());
});
