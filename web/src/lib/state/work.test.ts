import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { HeldRef, HeldTicket } from './this-device.svelte.ts';
import {
  countsOf,
  filterOf,
  hasMore,
  isAsked,
  isMine,
  keepSame,
  meOf,
  searchOf,
  usualWhose,
  type Filter,
} from './work.ts';

const plain = {
  id: 'A',
  phase: 'open',
  severity: 'S3',
  site: null,
  team: 'cold',
  reportedBy: 'nils',
  owner: null,
  coResponders: [],
  pages: [],
} as unknown as Ticket;
const ticket = (more: Partial<Ticket>): Ticket => ({ ...plain, ...more });
const shown = (more: Partial<Ticket>) => ({ state: ticket(more), waiting: [] });
const page = (person: string, state: string) => ({ person, state }) as Ticket['pages'][number];

const team = (key: string, item: object): HeldRef =>
  ({ kind: 'team', key, item }) as unknown as HeldRef;
const me = meOf('mara', [
  team('cold', { members: ['mara', 'otto'], lead: 'lena' }),
  team('desk', { members: [], lead: 'mara' }),
  team('far', { members: ['otto'], lead: 'lena' }),
]);
const all: Filter = { who: 'all', severities: [], site: null };

test('my teams are those that I am of, and those that I lead', () => {
  expect([...me.teams]).toEqual(['cold', 'desk']);
});

describe('mine is what', () => {
  test.each<[string, Partial<Ticket>, boolean]>([
    ['I have', { owner: 'mara' }, true],
    ['I help with', { owner: 'otto', coResponders: ['mara'] }, true],
    ['I am paged for', { pages: [page('mara', 'open')] }, true],
    ['pages me in vain', { pages: [page('mara', 'unreachable')] }, true],
    ['I reported and nobody has', { reportedBy: 'mara' }, true],
    ['I solved', { owner: 'mara', phase: 'resolved' }, true],
    ['I reported and is solved', { owner: 'otto', reportedBy: 'mara', phase: 'closed' }, true],
  ])('%s', (_, more, is) => expect(isMine(ticket(more), 'mara')).toBe(is));

  test.each<[string, Partial<Ticket>]>([
    ['of somebody else', {}],
    ['I reported and somebody has', { owner: 'otto', reportedBy: 'mara' }],
    ['I declined', { pages: [page('mara', 'declined')] }],
  ])('not what is %s', (_, more) => expect(isMine(ticket(more), 'mara')).toBe(false));
});

test('my teams have what stands with them, and what I reported and no server has routed', () => {
  const filter: Filter = { ...all, who: 'teams' };
  const isTheirs = (more: Partial<Ticket>) => isAsked(shown(more), filter, me);
  expect(isTheirs({})).toBe(true);
  expect(isTheirs({ team: 'far', owner: 'mara' })).toBe(false);
  expect(isTheirs({ team: null, reportedBy: 'mara' })).toBe(true);
});

test('what is handed over on this device only stays mine until the server has it', () => {
  const filter: Filter = { ...all, who: 'mine' };
  const handed = {
    ...shown({ team: 'far' }),
    waiting: [{ uid: 'u', mayBeRefused: null, events: [] }],
  };
  expect(isAsked(handed, filter, me)).toBe(true);
  expect(isAsked({ ...handed, waiting: [] }, filter, me)).toBe(false);
});

test('severity and site narrow what is shown', () => {
  const filter: Filter = { ...all, severities: ['S1', 'S2'], site: 'hall' };
  expect(isAsked(shown({ severity: 'S2', site: 'hall' }), filter, me)).toBe(true);
  expect(isAsked(shown({ severity: 'S3', site: 'hall' }), filter, me)).toBe(false);
  expect(isAsked(shown({ severity: 'S2', site: 'ward' }), filter, me)).toBe(false);
});

test('each choice counts what it would show with the others as they are', () => {
  const tickets = [
    shown({ severity: 'S1', site: 'hall', owner: 'mara' }),
    shown({ severity: 'S2', site: 'hall' }),
    shown({ severity: 'S2', site: 'ward', team: 'far' }),
  ];
  const counts = countsOf(tickets, { ...all, severities: ['S2'] }, me);
  expect(counts.who).toEqual({ mine: 0, teams: 1, all: 2 });
  expect(counts.severity).toEqual({ S1: 1, S2: 2, S3: 0, S4: 0 });
  expect([...counts.site]).toEqual([
    ['hall', 1],
    ['ward', 1],
  ]);
});

describe('the address', () => {
  test('says the filter, and nothing where it is the usual one', () => {
    const filter: Filter = { who: 'all', severities: ['S1', 'S2'], site: 'hall 2' };
    expect(searchOf(filter, 'mine')).toBe('?who=all&sev=S1,S2&site=hall%202');
    expect(filterOf(new URLSearchParams(searchOf(filter, 'mine')), 'mine')).toEqual(filter);
    expect(searchOf(all, 'all')).toBe('');
  });

  test('that asks for what there is not shows the usual', () => {
    const asked = filterOf(new URLSearchParams('who=nobody&sev=S9'), 'mine');
    expect(asked).toEqual({ who: 'mine', severities: [], site: null });
  });
});

test('whoever looks over all sees all first, everybody else his own', () => {
  expect(usualWhose(['staff'])).toBe('mine');
  expect(usualWhose(['staff', 'admin'])).toBe('mine');
  expect(usualWhose(['staff', 'dispatcher'])).toBe('all');
  expect(usualWhose(['manager'])).toBe('all');
});

const row = (more: Partial<HeldTicket> = {}): HeldTicket => ({
  id: 'A',
  number: 1001,
  seq: 1,
  fold: 3,
  v: 1,
  round: 1,
  scopes: ['team:cold'],
  state: plain,
  waiting: [],
  ...more,
});

test('there is more to see than mine and my teams’ for whom all is a scope, or who holds others', () => {
  expect(hasMore([row()], me)).toBe(false);
  expect(hasMore([row({ scopes: ['all'] })], me)).toBe(true);
  expect(hasMore([row({ state: ticket({ team: 'far' }) })], me)).toBe(true);
});

test('a row that did not change stays the same object, and one that did is the new one', () => {
  const before = new Map([['A', row()]]);
  expect(keepSame(before, [row()]).get('A')).toBe(before.get('A'));
  const waits = [{ uid: 'u', mayBeRefused: null, events: [] }];
  for (const change of [{ v: 2 }, { seq: 2 }, { number: 7 }, { waiting: waits }]) {
    expect(keepSame(before, [row(change)]).get('A')).not.toBe(before.get('A'));
  }
});
