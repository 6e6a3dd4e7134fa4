import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { expect, test } from 'vitest';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { holderOf } from './holder.ts';

const armed = { rung: { kind: 'step', lap: 1, step: 1 }, dueAt: 1005 };
const plain = { phase: 'open', owner: null, expiry: null, policyVersion: 'p@1', run: { armed } };

function said(state: object, waiting: readonly object[] = []): string {
  const row = { state: { ...plain, ...state } as unknown as Ticket, waiting } as HeldTicket;
  return holderOf(row, { me: 'mara', name: (key) => key.toUpperCase(), time: (at) => `at ${at}` });
}

const mine = { phase: 'acknowledged', owner: 'mara', run: { armed: null } };
const acked = { events: [{ name: 'acknowledged', args: { effect: 'acked' } }] };

test.each([
  ['whom it pages next', {}, 'Nobody has it; next page at 1005'],
  ['that nobody has it', { run: { armed: null } }, 'Nobody has it'],
  [
    'what the server will do with a report',
    { run: null, policyVersion: null },
    'The server pages once this gets through',
  ],
  ['when I am asked', { ...mine, expiry: { dueAt: 7, isAsked: false } }, 'You have it; asked at 7'],
  [
    'that I am asked',
    { ...mine, expiry: { dueAt: 7, isAsked: true } },
    'Still on it? Answer by at 7',
  ],
  ['that I have it', mine, 'You have it'],
  ['who has it', { ...mine, owner: 'otto' }, 'OTTO has it'],
  [
    'until when it can be reopened',
    { phase: 'resolved', resolvedAt: 0 },
    'Solved; closes at 259200000',
  ],
  ['that it is closed', { phase: 'closed', resolvedAt: 0, closedAt: 1 }, 'Closed'],
])('says %s', (_, state, words) => expect(said(state)).toBe(words));

test('what is handed over here has nobody paged before the server has it', () => {
  const transferred = { events: [{ name: 'transferred', args: { team: 'desk' } }] };
  expect(said({ run: { state: 'done', armed: null } }, [transferred])).toBe(
    'The server pages once this gets through',
  );
});

test('an acknowledgement that waits here is none yet', () => {
  expect(said(mine, [acked])).toBe('Yours once the server has it');
  expect(said({ ...mine, owner: 'otto' }, [acked])).toBe('OTTO has it');
});
