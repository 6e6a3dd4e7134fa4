import { m } from '@rung/messages/compiled/messages.js';
import { expect, test } from 'vitest';
import type { PortalTicket } from '#lib/state/portal.svelte.ts';
import { sayNow } from './portal-say.ts';

const minute = 60_000;
const reportedAt = Date.parse('2026-11-21T12:00:00Z');
const after = (minutes: number): number => reportedAt + minutes * minute;
const reader = { language: 'en', zone: 'Europe/Berlin' } as const;

const ticket: PortalTicket = {
  id: '01KAHJ3ZZZZZZZZZZZZZZZZZZ9',
  number: 1002,
  state: 'received',
  type: 'incident',
  severity: 'S1',
  title: 'Cold store 4 is too warm',
  description: '',
  site: null,
  reportedBy: { who: 'you' },
  reportedAt,
  hasItSince: null,
  nextCallAt: after(10),
  promise: {
    firstResponse: { by: after(30), metAt: null },
    nextUpdate: { by: after(60) },
    resolution: { by: after(240), metAt: null },
  },
};

const said = (more: Partial<PortalTicket>, minutes: number, mayReopen = false) =>
  sayNow({ ...ticket, ...more }, { now: after(minutes), reader, mayReopen });

test('while nobody has it: who is called when, and by when there is an answer', () => {
  expect(said({}, 1)).toEqual([
    m.portal_say_call_at({ time: '13:10' }),
    m.portal_say_answer({ time: '13:30' }),
  ]);
  expect(said({}, 10)[0]).toBe(m.portal_say_calling());
  expect(said({ nextCallAt: null }, 10)[0]).toBe(m.portal_say_received());
});

test('once somebody has it: since when, and when there is news', () => {
  const met = { ...ticket.promise!, firstResponse: { by: after(30), metAt: after(8) } };
  const has = { state: 'in-work', hasItSince: after(8), nextCallAt: null, promise: met } as const;
  expect(said(has, 9)).toEqual([
    m.portal_say_taken({ time: '13:08' }),
    m.portal_say_news({ time: '14:00' }),
  ]);
  expect(said({ ...has, promise: null }, 9)).toEqual([m.portal_say_taken({ time: '13:08' })]);
});

test('what is late is said to be late', () => {
  expect(said({}, 31)[1]).toBe(m.portal_say_answer_late({ time: '13:30' }));
  expect(said({}, 241)[2]).toBe(m.portal_say_solve_late({ time: '17:00' }));
});

test('what is solved names no promise any more, and says what to do if it is not', () => {
  expect(said({ state: 'solved' }, 241, true)).toEqual([m.portal_say_solved()]);
  expect(said({ state: 'solved' }, 241)).toEqual([m.portal_say_over()]);
  expect(said({ state: 'waiting' }, 1)[0]).toBe(m.portal_say_waiting());
});
