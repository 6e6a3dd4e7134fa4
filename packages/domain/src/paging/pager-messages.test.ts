import { describe, expect, test } from 'vitest';
import {
  type Directory,
  emptyDirectory,
  type Person,
  type Role,
  type Team,
} from '../directory/directory.ts';
import { collapseKey } from './notification.ts';
import { pagerLost, pagerSilent, pagerWorks, pushTrouble } from './pager-messages.ts';

const somebody = (roles: readonly Role[] = ['staff'], disabled = false): Person => {
  const rest = {
    language: 'en',
    zone: 'UTC',
    skills: [],
    client: null,
    ownTicketsOnly: false,
  } as const;
  return { name: 'Somebody', email: 'somebody@example.org', roles, disabled, ...rest };
};
const team = (lead: string | null, ...members: readonly string[]): Team => {
  return { name: 'Team', lead, members, schedule: null, calendar: null, policies: {} };
};
const directory: Directory = {
  ...emptyDirectory(),
  person: new Map([
    ['ada', somebody(['admin'])],
    ['adam', somebody(['admin'], true)],
    ['zoe', somebody(['admin', 'staff'])],
    ['mara', somebody()],
    ['lena', somebody()],
    ['max', somebody()],
    ['gone', somebody(['staff'], true)],
  ]),
  team: new Map([
    ['cold', team('max', 'mara', 'gone')],
    ['night', team('lena', 'mara', 'max')],
    ['moulds', team('lena', 'mara')],
    ['left', team('gone', 'zoe')],
    ['own', team('max', 'max')],
  ]),
};
const pagerOf = (person: string) => ({ id: `${person}-1`, person });
const people = (messages: readonly { readonly person: string }[]) =>
  messages.map(({ person }) => person);

describe('a pager that fell silent is told of', () => {
  test('to its person and, each once, to the leads of his teams', () => {
    expect(people(pagerSilent(pagerOf('mara'), directory, 7))).toEqual(['mara', 'lena', 'max']);
  });

  test('to the administrators where nobody leads him who can act', () => {
    expect(people(pagerSilent(pagerOf('zoe'), directory, 7))).toEqual(['zoe', 'ada']);
    expect(people(pagerSilent(pagerOf('lena'), directory, 7))).toEqual(['lena', 'ada', 'zoe']);
  });

  test('by whose it is, quietly, and about no ticket', () => {
    expect(pagerSilent(pagerOf('mara'), directory, 7)[1]).toMatchObject({
      id: 'pager.mara-1.7.pager-silent.2',
      ticket: null,
      page: null,
      subject: 'mara',
      isLoud: false,
    });
  });
});

describe('a pager that is dead is told of', () => {
  test('to its person alone while he has another', () => {
    expect(people(pagerLost(pagerOf('mara'), true, directory, 7))).toEqual(['mara']);
  });

  test('to who answers for him too where it was his last', () => {
    expect(people(pagerLost(pagerOf('mara'), false, directory, 7))).toEqual([
      'mara',
      'lena',
      'max',
    ]);
  });
});

test('a check is loud, as a page is, and has the id of its instant', () => {
  const first = pagerWorks(pagerOf('mara'), 7);
  expect(first).toMatchObject({ person: 'mara', subject: 'mara', isLoud: true });
  expect(collapseKey(first)).toBe('pager-works-mara');
  expect(pagerWorks(pagerOf('mara'), 7).id).toBe(first.id);
  expect(pagerWorks(pagerOf('mara'), 8).id).not.toBe(first.id);
});

test('a push service that refuses us is told of to all who administer and can act', () => {
  const told = pushTrouble('push.example.org', directory, 7);
  expect(told.map(({ id, person, subject }) => [id, person, subject])).toEqual([
    ['push.push.example.org.7.1', 'ada', 'push.example.org'],
    ['push.push.example.org.7.2', 'zoe', 'push.example.org'],
  ]);
});
