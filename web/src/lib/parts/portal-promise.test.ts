import { expect, test } from 'vitest';
import type { PortalEntry, PortalTicket } from '#lib/state/portal.svelte.ts';
import { byPromise, clocksOf, nextPromise } from './portal-promise.ts';

const minute = 60_000;
const reportedAt = Date.parse('2026-11-21T12:00:00Z');
const after = (minutes: number): number => reportedAt + minutes * minute;

const ticket = (number: number, more: Partial<PortalTicket> = {}): PortalTicket => ({
  id: `01KAHJ3ZZZZZZZZZZZZZZZ${number}`,
  number,
  state: 'received',
  type: 'incident',
  severity: 'S2',
  title: 'Cold store 4 is too warm',
  description: '',
  site: null,
  reportedBy: { who: 'you' },
  reportedAt,
  hasItSince: null,
  nextCallAt: null,
  promise: null,
  ...more,
});
const promise = {
  firstResponse: { by: after(30), metAt: null },
  nextUpdate: { by: after(60) },
  resolution: { by: after(240), metAt: null },
};
const kept = { ...promise, firstResponse: { by: after(30), metAt: after(8) } };

test('next is what is due first of what is not kept yet', () => {
  expect(nextPromise(ticket(1, { promise }))).toEqual({ name: 'answer', by: after(30) });
  expect(nextPromise(ticket(1, { promise: kept }))).toEqual({ name: 'news', by: after(60) });
  const quiet = { ...kept, nextUpdate: null };
  expect(nextPromise(ticket(1, { promise: quiet }))).toEqual({ name: 'solve', by: after(240) });
  const done = { ...quiet, resolution: { by: after(240), metAt: after(90) } };
  expect(nextPromise(ticket(1, { promise: done }))).toBeNull();
  expect(nextPromise(ticket(1))).toBeNull();
});

test('open tickets stand by their next promise, those without one behind, solved ones apart', () => {
  const all = [
    ticket(1006, { state: 'solved' }),
    ticket(1005),
    ticket(1004, { promise: kept }),
    ticket(1003, { state: 'in-work' }),
    ticket(1002, { promise }),
    ticket(1001, { state: 'solved' }),
  ];
  const { open, over } = byPromise(all);
  expect(open.map(({ number }) => number)).toEqual([1002, 1004, 1005, 1003]);
  expect(over.map(({ number }) => number)).toEqual([1006, 1001]);
});

test('a clock runs to its end, is met, is late, and says by how much', () => {
  const at = (now: number) =>
    clocksOf(ticket(1, { promise }), [], now).map(({ kind, ms, gone }) => [kind, ms, gone]);
  expect(at(after(15))).toEqual([
    ['runs', 225 * minute, 15 / 240],
    ['runs', 45 * minute, 0.25],
    ['runs', 15 * minute, 0.5],
  ]);
  expect(at(after(40))[2]).toEqual(['late', 10 * minute, 1]);
  const met = { ...promise, firstResponse: { by: after(30), metAt: after(45) } };
  expect(clocksOf(ticket(1, { promise: met }), [], after(50))[2]).toEqual({
    ...{ name: 'answer', by: after(30), kind: 'met-late' },
    ...{ ms: 45 * minute, lateMs: 15 * minute, gone: 1 },
  });
  expect(clocksOf(ticket(1, { promise: kept }), [], after(50))[2]).toMatchObject({
    ...{ kind: 'met', ms: 8 * minute, lateMs: 0 },
  });
  expect(clocksOf(ticket(1), [], after(50))).toEqual([]);
});

test('the next news counts from the last that came from us, not from what the client said', () => {
  const entry = (seq: number, minutes: number, author: PortalEntry['author']): PortalEntry => ({
    ...{ seq, at: after(minutes), author, what: 'commented', text: 'On the road' },
  });
  const entries = [entry(1, 20, { who: 'us' }), entry(2, 35, { who: 'you' })];
  const [, news] = clocksOf(ticket(1, { promise }), entries, after(40));
  expect(news).toMatchObject({ name: 'news', gone: 0.5 });
});
