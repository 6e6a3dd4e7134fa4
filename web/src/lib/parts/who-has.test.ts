import { expect, test } from 'vitest';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { whoHas } from './who-has.ts';

const acked = { events: [{ name: 'acknowledged', args: { effect: 'acked' } }] };
const noted = { events: [{ name: 'progressed', args: { note: 'On my way' } }] };

test.each([
  [{ phase: 'open', owner: null }, [], 'Nobody has it'],
  [{ phase: 'open', owner: null, policyVersion: null }, [noted], 'Nobody has it'],
  [{ phase: 'acknowledged', owner: 'otto' }, [], 'OTTO has it'],
  [{ phase: 'acknowledged', owner: 'otto' }, [acked], 'OTTO has it'],
  [{ phase: 'acknowledged', owner: 'mara' }, [acked], 'Yours once the server has it'],
  [{ phase: 'in-progress', owner: 'mara' }, [noted], 'You have it'],
  [{ phase: 'resolved', owner: 'mara' }, [], 'Solved'],
  [{ phase: 'closed', owner: null }, [], 'Closed'],
])('says of %o, while %o waits here: %s', (state, waiting, words) => {
  const ticket = { state, waiting } as unknown as HeldTicket;
  expect(whoHas(ticket, { me: 'mara', name: (key) => key.toUpperCase() })).toBe(words);
});
