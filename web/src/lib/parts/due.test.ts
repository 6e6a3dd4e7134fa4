import { describe, expect, test } from 'vitest';
import { dueOf } from './due.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Saturday, 14:02 in Berlin. */
const now = Date.parse('2026-11-21T13:02:00Z');
const reader = { language: 'en', zone: 'Europe/Berlin' } as const;
const due = (ms: number) => dueOf(now + ms, now, reader, 'due');

describe('what happens next stands', () => {
  test('as a countdown below ten minutes, with one digit before the colon', () => {
    expect(due(2 * minute + 41_000)).toEqual({ first: '2:41', second: null, kind: 'soon' });
    expect(due(10 * minute - 1000).first).toBe('9:59');
  });

  test('as a time of day from ten minutes on, with how long it is until then', () => {
    expect(due(10 * minute)).toEqual({ first: '14:12', second: '10\u00a0min', kind: 'today' });
    expect(due(88 * minute)).toMatchObject({ first: '15:30', second: '1\u00a0h\u00a028' });
  });

  test('as a day and its time when it is not today', () => {
    expect(due(20 * hour)).toMatchObject({ first: 'Sun', second: '10:02' });
    expect(due(7 * 24 * hour)).toMatchObject({ first: '28 Nov', second: '14:02' });
  });

  test('as over once its time has come and nothing was heard', () => {
    expect(due(0)).toEqual({ first: '14:02', second: 'due', kind: 'over' });
    expect(due(-20 * hour)).toEqual({ first: 'Fri', second: 'due', kind: 'over' });
  });
});
