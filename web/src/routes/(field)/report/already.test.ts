import { expect, test } from 'vitest';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { alreadyHere } from './already.ts';

const ticket = (id: string, site: string | null, asset: string | null): HeldTicket =>
  ({ id, state: { site, asset } }) as unknown as HeldTicket;
const open = [
  ticket('pump', 'north', 'pump'),
  ticket('fan', 'north', 'fan'),
  ticket('north', 'north', null),
  ticket('south', 'south', null),
  ticket('nowhere', null, null),
];
const found = (site: string, asset: string | null): readonly string[] =>
  alreadyHere(open, { site, asset }).map(({ id }) => id);

test('without a machine all of the site is asked about, in the order it came in', () => {
  expect(found('north', null)).toEqual(['pump', 'fan', 'north']);
});

test('with a machine, its own tickets and those of the site that name none', () => {
  expect(found('north', 'pump')).toEqual(['pump', 'north']);
});

test('where nothing is open, nothing is found', () => {
  expect(found('west', null)).toEqual([]);
});
