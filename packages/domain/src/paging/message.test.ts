import { expect, test } from 'vitest';
import { minute, newWorld } from '../escalation/test-world.ts';
import { fold } from '../ticket/evolve.ts';
import { messagesFor } from './message.ts';

/** The messages of everything that happened from the n-th event on, taken together. */
function messages(world: ReturnType<typeof newWorld>, from = 0) {
  const log = world.log();
  return messagesFor(fold(log.slice(0, from)), log.slice(from), world.ticket());
}

test('a message that pages has the id of its page', () => {
  const world = newWorld();
  world.report({ severity: 'S3' });
  const { pages, id } = world.ticket();
  expect(messages(world)).toMatchObject(
    pages.map((page) => ({ id: page.id, page: page.id, person: page.person, ticket: id })),
  );
});

test('what follows from one event is numbered, and no two messages have one id', () => {
  const world = newWorld();
  world.report({ severity: 'S1' });
  world.forward(12 * minute);
  const from = world.log().length;
  world.as('otto').acknowledge();
  const ids = messages(world, from).map(({ id }) => id);
  expect(ids).toEqual([1, 2, 3].map((n) => `${world.ticket().id}.${from + 1}.${n}`));
});

test('a page that came and went at once is not sent, nor taken back', () => {
  const world = newWorld();
  world.report();
  world.as('otto').acknowledge();
  expect(messages(world)).toEqual([]);
});

test('a page is taken back once, by the event that ended it', () => {
  const world = newWorld();
  world.report();
  const from = world.log().length;
  world.as('otto').acknowledge();
  world.as('otto').resolve();
  expect(messages(world, from).map(({ person, says }) => `${person} ${says}`)).toEqual([
    'mara taken',
  ]);
});

test('a page that a newer one replaces is not taken back', () => {
  const world = newWorld();
  world.report({ severity: 'S3' });
  const from = world.log().length;
  world.as('nils').rates('S1');
  expect(messages(world, from).map(({ person, says }) => `${person} ${says}`)).toEqual([
    'mara page',
  ]);
});

test('a page that a transfer replaces by another team’s is not taken back; one that it ends is, once', () => {
  const world = newWorld();
  world.report();
  world.forward(10 * minute);
  world.edit('team', 'new', { schedule: 'rota' });
  const from = world.log().length;
  world.as('dora').transfer('new');
  const said = messages(world, from).map(({ person, says }) => `${person} ${says}`);
  expect(said).toEqual(['lena moved', 'mara page']);
});

test('a page is taken back though a newer one came, where that one is over already', () => {
  const world = newWorld();
  world.report();
  const from = world.log().length;
  world.edit('team', 'new', { schedule: 'rota' });
  world.as('dora').transfer('new');
  world.as('otto').acknowledge();
  expect(messages(world, from).map(({ person, says }) => `${person} ${says}`)).toEqual([
    'mara moved',
  ]);
});
