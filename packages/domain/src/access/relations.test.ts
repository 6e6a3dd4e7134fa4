import { expect, test } from 'vitest';
import { exampleDirectory } from '../directory/example.ts';
import { relationsTo } from './relations.ts';

const page = {
  id: 'T.4.1',
  at: 0,
  firstAt: 0,
  run: 1,
  generation: 1,
  severity: 'S2',
  seq: 4,
  lap: 1,
  state: 'superseded',
} as const;

const ticket = {
  reportedBy: 'bernd',
  team: 'cold',
  client: 'bakery',
  owner: null,
  formerOwner: null,
  coResponders: [],
  pages: [],
  informed: [],
  isPutAway: false,
};

test.each([
  ['mara', 'a member of its team', ['my-team', 'other']],
  ['lena', 'its team’s lead', ['my-led-team', 'other']],
  ['otto', 'of another team', ['other']],
  ['berta', 'of its client', ['my-client', 'other']],
  ['bernd', 'who reported it and sees only his own', ['mine', 'other']],
  ['klara', 'of another client', ['other']],
  ['nobody', 'who is not in the directory', ['other']],
])('%s, %s', (person, _, relations) => {
  expect(relationsTo(ticket, person, exampleDirectory)).toEqual(relations);
});

test('somebody who sees only his own does not see a colleague’s', () => {
  const colleagues = { ...ticket, reportedBy: 'berta' };
  expect(relationsTo(colleagues, 'bernd', exampleDirectory)).toEqual(['other']);
});

test('a ticket without a client is no client’s', () => {
  expect(relationsTo({ ...ticket, client: null }, 'berta', exampleDirectory)).toEqual(['other']);
});

test.each([
  ['has it', { owner: 'otto' }, ['owned', 'mine', 'other']],
  ['helps', { coResponders: ['otto'] }, ['owned', 'mine', 'other']],
  ['had it', { formerOwner: 'otto' }, ['mine', 'other']],
  ['was paged for it', { pages: [{ ...page, person: 'otto' }] }, ['mine', 'other']],
  ['was told of it', { informed: ['otto'] }, ['mine', 'other']],
])('somebody of another team who %s', (_, more, relations) => {
  expect(relationsTo({ ...ticket, ...more }, 'otto', exampleDirectory)).toEqual(relations);
});

test('put away it is nobody’s own any more but its reporter’s', () => {
  const away = {
    ...ticket,
    informed: ['otto'],
    pages: [{ ...page, person: 'otto' }],
    isPutAway: true,
  };
  expect(relationsTo(away, 'otto', exampleDirectory)).toEqual(['other']);
  expect(relationsTo(away, 'bernd', exampleDirectory)).toEqual(['mine', 'other']);
});

test('whoever came to a client from us, or from another one, takes nothing along', () => {
  const had = { ...ticket, reportedBy: 'klara', owner: 'berta', informed: ['mara'] };
  expect(relationsTo(had, 'klara', exampleDirectory)).toEqual(['other']);
  expect(relationsTo(had, 'berta', exampleDirectory)).toContain('mine');
  expect(relationsTo(had, 'mara', exampleDirectory)).toContain('mine');
});
