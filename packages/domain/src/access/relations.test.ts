import { expect, test } from 'vitest';
import { exampleDirectory } from '../directory/example.ts';
import { relationsTo } from './relations.ts';

const ticket = { reportedBy: 'bernd', team: 'cold', client: 'bakery' };

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
