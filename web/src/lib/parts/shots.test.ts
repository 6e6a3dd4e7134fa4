import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { expect, test } from 'vitest';
import type { Entry, HeldFile } from '#lib/state/this-device.svelte.ts';
import { shotsOf } from './shots.ts';

const facts = { hash: 'ab', size: 1000, type: 'image/jpeg', thumbnail: null } as const;
const entry = (name: 'attached' | 'stored', file: string, isWaiting = false): Entry => ({
  event: {
    ...{ name, args: { file, ...facts }, by: 'mara', claimedAt: null, recordedAt: 5 },
  } as unknown as TicketEvent,
  isWaiting,
});
const held = (id: string, refused: string | null = null): HeldFile => ({
  ...{ id, ...facts, refused },
  ...{ ticket: 't', addedAt: 4, state: 'attached', parts: 1 },
});

test('a picture is here until the server stored it, then there; one of another device is away', () => {
  const entries = [entry('attached', 'a'), entry('attached', 'b', true), entry('attached', 'c')];
  const where = (more: readonly Entry[], waiting: readonly HeldFile[]) =>
    shotsOf([...entries, ...more], waiting).map((shot) => `${shot.id} ${shot.where}`);
  expect(where([], [held('a'), held('b')])).toEqual(['a here', 'b here', 'c away']);
  expect(where([entry('stored', 'a')], [held('a'), held('b')])).toEqual([
    'a stored',
    'b here',
    'c away',
  ]);
});

test('one that the server will not take says so, as long as it is only here', () => {
  const refused = (more: readonly Entry[]) =>
    shotsOf([entry('attached', 'a'), ...more], [held('a', 'too-large')])[0]?.isRefused;
  expect(refused([])).toBe(true);
  expect(refused([entry('stored', 'a')])).toBe(false);
});
