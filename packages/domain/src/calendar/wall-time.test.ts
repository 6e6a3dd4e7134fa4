import { describe, expect, test } from 'vitest';
import { dateText, dayOf, instantOf, wallAt, wallOf, weekdayOf } from './wall-time.ts';

function at(moment: string): number {
  return Date.parse(moment);
}

describe('the moment of a wall time', () => {
  test.each([
    [
      'a plain one',
      'Europe/Berlin',
      '2026-01-05',
      '08:00',
      '2026-01-05T07:00Z',
      '2026-01-05T07:00Z',
    ],
    [
      '24:00 is the next midnight',
      'Asia/Kolkata',
      '2026-01-05',
      '24:00',
      '2026-01-05T18:30Z',
      '2026-01-05T18:30Z',
    ],
    [
      'one that comes twice',
      'Europe/Berlin',
      '2026-10-25',
      '02:30',
      '2026-10-25T00:30Z',
      '2026-10-25T01:30Z',
    ],
    [
      'the first that comes twice',
      'Europe/Berlin',
      '2026-10-25',
      '02:00',
      '2026-10-25T00:00Z',
      '2026-10-25T01:00Z',
    ],
    [
      'the first after those',
      'Europe/Berlin',
      '2026-10-25',
      '03:00',
      '2026-10-25T02:00Z',
      '2026-10-25T02:00Z',
    ],
    [
      'a skipped one is the next there is',
      'Europe/Berlin',
      '2026-03-29',
      '02:30',
      '2026-03-29T01:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'half an hour twice',
      'Australia/Lord_Howe',
      '2026-04-05',
      '01:45',
      '2026-04-04T14:45Z',
      '2026-04-04T15:15Z',
    ],
    [
      'half an hour skipped',
      'Australia/Lord_Howe',
      '2026-10-04',
      '02:15',
      '2026-10-03T15:30Z',
      '2026-10-03T15:30Z',
    ],
    [
      'a skipped midnight',
      'Asia/Beirut',
      '2026-03-29',
      '00:00',
      '2026-03-28T22:00Z',
      '2026-03-28T22:00Z',
    ],
    [
      'a midnight that comes twice',
      'America/Havana',
      '2026-11-01',
      '00:00',
      '2026-11-01T04:00Z',
      '2026-11-01T05:00Z',
    ],
    [
      'a skipped day',
      'Pacific/Apia',
      '2011-12-30',
      '09:00',
      '2011-12-30T10:00Z',
      '2011-12-30T10:00Z',
    ],
  ])('%s', (_, zone, date, time, first, last) => {
    expect(instantOf(wallOf(date, time), zone, 'first')).toBe(at(first));
    expect(instantOf(wallOf(date, time), zone, 'last')).toBe(at(last));
  });
});

test('the clock shows the offset of its zone and season', () => {
  expect(wallAt(at('2026-07-01T12:00Z'), 'Europe/Berlin')).toBe(wallOf('2026-07-01', '14:00'));
  expect(wallAt(at('2026-01-01T02:00Z'), 'America/New_York')).toBe(wallOf('2025-12-31', '21:00'));
});

test('a date has its weekday, also before 1970', () => {
  expect(weekdayOf(dayOf(wallOf('2026-03-29', '23:59')))).toBe('sun');
  expect(weekdayOf(dayOf(wallOf('1969-12-29', '00:00')))).toBe('mon');
  expect(dateText(dayOf(wallOf('1969-12-29', '12:00')))).toBe('1969-12-29');
});
