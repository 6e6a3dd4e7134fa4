import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayMs, dayOf, wallAt, weekdayOf } from '../calendar/wall-time.ts';
import { nextCheckAt, repeatCheckAt } from './pager-check.ts';

const berlin = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);
const text = (instant: number) => new Date(instant).toISOString();

describe('a check that was shown is repeated', () => {
  test.each([
    ['in a week, soon after ten', '2026-11-18T15:20:00Z', '2026-11-25T09:13:58.000Z'],
    ['on Monday instead of Saturday', '2026-11-21T12:00:00Z', '2026-11-30T09:13:58.000Z'],
    ['on Monday instead of Sunday', '2026-11-22T12:00:00Z', '2026-11-30T09:13:58.000Z'],
    ['by the person’s date, not ours', '2026-11-19T23:30:00Z', '2026-11-27T09:13:58.000Z'],
    [
      'soon after ten also when clocks are put back',
      '2026-10-20T10:00:00Z',
      '2026-10-27T09:13:58.000Z',
    ],
    [
      'soon after ten also when clocks are put forward',
      '2026-03-26T10:00:00Z',
      '2026-04-02T08:13:58.000Z',
    ],
  ])('%s', (_, now, next) => {
    expect(text(nextCheckAt(at(now), berlin, 'phone'))).toBe(next);
  });
});

describe('a check that was not shown is repeated', () => {
  test.each([
    ['the next day, soon after ten', '2026-11-18T15:20:00Z', '2026-11-19T09:13:58.000Z'],
    ['the next day, though it is off', '2026-11-20T09:10:00Z', '2026-11-21T09:13:58.000Z'],
    [
      'after the night in which clocks are put back',
      '2026-10-24T20:00:00Z',
      '2026-10-25T09:13:58.000Z',
    ],
    [
      'after the night in which clocks are put forward',
      '2026-03-28T20:00:00Z',
      '2026-03-29T08:13:58.000Z',
    ],
  ])('%s', (_, now, next) => {
    expect(text(repeatCheckAt(at(now), berlin, 'phone'))).toBe(next);
  });
});

test('wherever and whenever: it is to come, in the half hour after ten by the wall, the one on a weekday, the other by the next day', () => {
  const zones = ['UTC', berlin, 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland'];
  fc.assert(
    fc.property(
      fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') }),
      fc.constantFrom(...zones),
      fc.string(),
      (now, zone, id) => {
        const [next, repeat] = [nextCheckAt(now, zone, id), repeatCheckAt(now, zone, id)];
        for (const found of [next, repeat]) {
          const afterTen = (wallAt(found, zone) % dayMs) - 10 * 3_600_000;
          expect(afterTen).toBeGreaterThanOrEqual(0);
          expect(afterTen).toBeLessThan(30 * 60_000);
          expect(found).toBeGreaterThan(now);
        }
        expect(['sat', 'sun']).not.toContain(weekdayOf(dayOf(wallAt(next, zone))));
        const days = dayOf(wallAt(next, zone)) - dayOf(wallAt(now, zone));
        expect(days).toBeGreaterThanOrEqual(7);
        expect(days).toBeLessThanOrEqual(9);
        expect(dayOf(wallAt(repeat, zone))).toBe(dayOf(wallAt(now, zone)) + 1);
      },
    ),
  );
});

test('those of many are spread over the half hour', () => {
  const ids = Array.from({ length: 1000 }, (_, n) => `01KC00000000000000000P${1000 + n}`);
  const minutes = ids.map((id) =>
    text(repeatCheckAt(at('2026-11-18T15:20:00Z'), berlin, id)).slice(11, 16),
  );
  const counts = [...Map.groupBy(minutes, (minute) => minute).values()].map(({ length }) => length);
  expect(counts).toHaveLength(30);
  expect(Math.max(...counts)).toBeLessThan(100);
});
