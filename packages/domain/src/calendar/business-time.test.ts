import { describe, expect, test } from 'vitest';
import type { Calendar } from '../directory/directory.ts';
import { spanOf } from '../directory/notation.ts';
import { addSpan, businessMs, isOpen, nextBusinessDay } from './business-time.ts';

const workdays = [
  ['08:00', '12:00'],
  ['13:00', '17:00'],
] as const;
const nights = [
  ['00:00', '06:00'],
  ['22:00', '24:00'],
] as const;
const wholeDay = [['00:00', '24:00']] as const;

const office: Calendar = {
  name: 'Office',
  zone: 'Europe/Berlin',
  hours: { mon: workdays, tue: workdays, wed: workdays, thu: workdays, fri: [['08:00', '14:00']] },
  holidays: ['2026-05-01', '2026-05-25'],
};
const everyDay = (hours: Calendar['hours']['mon'] & object, zone = 'Europe/Berlin'): Calendar => ({
  name: 'Every day',
  zone,
  hours: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours },
  holidays: [],
});
const night = everyDay(nights);
const closed: Calendar = { ...office, name: 'Closed', hours: {} };

/** A local time of Berlin, "2026-05-04 09:00". */
function berlin(text: string): number {
  return Temporal.PlainDateTime.from(text).toZonedDateTime('Europe/Berlin').epochMilliseconds;
}

function shown(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO('Europe/Berlin')
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');
}

function later(calendar: Calendar | null, from: string, span: string): string {
  return shown(addSpan(calendar, berlin(from), spanOf(span)!));
}

describe('open', () => {
  test.each([
    ['the opening moment', office, '2026-05-04 08:00', true],
    ['just before it', office, '2026-05-04 07:59', false],
    ['the closing moment', office, '2026-05-04 17:00', false],
    ['the break', office, '2026-05-04 12:30', false],
    ['a holiday', office, '2026-05-01 09:00', false],
    ['a weekend', office, '2026-05-03 09:00', false],
    ['midnight in a night shift', night, '2026-05-04 00:00', true],
    ['the morning after it', night, '2026-05-04 06:00', false],
    ['no calendar', null, '2026-05-03 03:00', true],
  ])('%s', (_, calendar, at, open) => {
    expect(isOpen(calendar, berlin(at))).toBe(open);
  });
});

describe('business hours from now', () => {
  test.each([
    ['within the morning', office, '2026-05-04 09:00', '2 business hours', '2026-05-04 11:00'],
    ['over the break', office, '2026-05-04 11:00', '2 business hours', '2026-05-04 14:00'],
    ['ending when it closes', office, '2026-05-04 16:00', '1 business hour', '2026-05-04 17:00'],
    ['ending at the break', office, '2026-05-04 11:00', '60 business m', '2026-05-04 12:00'],
    ['from a closed moment', office, '2026-05-04 18:00', '30 business m', '2026-05-05 08:30'],
    ['over holiday and weekend', office, '2026-04-30 16:00', '2 business h', '2026-05-04 09:00'],
    ['through a night', night, '2026-05-04 23:00', '3 business h', '2026-05-05 02:00'],
    ['through the longer night', night, '2026-10-24 23:00', '4 business h', '2026-10-25 02:00'],
    ['through the shorter night', night, '2026-03-28 23:00', '4 business h', '2026-03-29 04:00'],
    ['round the clock', null, '2026-05-03 03:00', '4 business hours', '2026-05-03 07:00'],
    ['that elapse, also when closed', office, '2026-05-04 18:00', '4h', '2026-05-04 22:00'],
    ['none', office, '2026-05-04 18:00', '0 business hours', '2026-05-04 18:00'],
    ['many', office, '2026-01-05 08:00', '1963 business hours', '2027-01-04 09:00'],
    ['years of them', night, '2020-01-01 22:00', '29225 business h', '2030-01-01 23:00'],
  ])('%s', (_, calendar, from, span, to) => {
    expect(later(calendar, from, span)).toBe(to);
  });
});

describe('business days from now', () => {
  test.each([
    ['same time of day', office, '2026-05-04 09:30', '1 business day', '2026-05-05 09:30'],
    ['over holiday and weekend', office, '2026-04-30 09:30', '1 business day', '2026-05-04 09:30'],
    ['two of them', office, '2026-05-06 09:30', '2 business days', '2026-05-08 09:30'],
    ['after that date closes', office, '2026-05-07 16:00', '1 business day', '2026-05-08 14:00'],
    [
      'before that date opens',
      { ...office, hours: { ...office.hours, tue: [['10:00', '17:00']] } },
      '2026-05-04 09:00',
      '1 business day',
      '2026-05-05 10:00',
    ],
    [
      'in that date’s break',
      { ...office, hours: { ...office.hours, mon: wholeDay } },
      '2026-05-04 12:20',
      '1 business day',
      '2026-05-05 13:00',
    ],
    ['from a closed evening', office, '2026-05-04 20:00', '1 business day', '2026-05-06 08:00'],
    ['from a break', office, '2026-05-04 12:20', '1 business day', '2026-05-05 13:00'],
    ['from a weekend', office, '2026-05-02 20:00', '1 business day', '2026-05-05 08:00'],
    [
      'over the long night',
      everyDay(wholeDay),
      '2026-10-24 15:00',
      '1 business day',
      '2026-10-25 15:00',
    ],
    [
      'into a skipped time',
      everyDay(wholeDay),
      '2026-03-28 02:30',
      '1 business day',
      '2026-03-29 03:00',
    ],
    ['round the clock', null, '2026-10-24 15:00', '1 business day', '2026-10-25 14:00'],
    ['that elapse', office, '2026-10-24 15:00', '1d', '2026-10-25 14:00'],
    ['none', office, '2026-05-02 20:00', '0 business days', '2026-05-02 20:00'],
  ] as const)('%s', (_, calendar, from, span, to) => {
    expect(later(calendar, from, span)).toBe(to);
  });

  test('a date that the zone skipped is none of them', () => {
    const apia = everyDay(workdays, 'Pacific/Apia');
    const thursday = Date.parse('2011-12-29T09:00-10:00');
    const day = { n: 1, unit: 'day', business: true } as const;
    expect(addSpan(apia, thursday, day)).toBe(Date.parse('2011-12-31T09:00+14:00'));
  });
});

describe('the next business day', () => {
  test.each([
    ['from an open moment', office, '2026-05-04 09:30', '2026-05-05 08:00'],
    ['from before opening', office, '2026-05-04 06:00', '2026-05-05 08:00'],
    ['over holiday and weekend', office, '2026-04-30 18:00', '2026-05-04 08:00'],
    ['in a night shift', night, '2026-05-04 23:00', '2026-05-05 00:00'],
    ['round the clock', null, '2026-05-04 09:30', '2026-05-05 09:30'],
  ])('%s', (_, calendar, from, to) => {
    expect(shown(nextBusinessDay(calendar, berlin(from)))).toBe(to);
  });

  test('is later, also when the clocks went back over the midnight at which it opens', () => {
    const saturdayAgain = Date.parse('2010-11-06T23:30-03:30');
    expect(nextBusinessDay(everyDay(wholeDay, 'America/St_Johns'), saturdayAgain)).toBe(
      Date.parse('2010-11-08T00:00-03:30'),
    );
  });
});

describe('open time between two moments', () => {
  const hour = 3_600_000;
  test.each([
    ['a week with a holiday', office, '2026-04-27 00:00', '2026-05-04 00:00', 32],
    ['backwards', office, '2026-05-05 12:00', '2026-05-04 12:00', 0],
    ['the longer day', everyDay(wholeDay), '2026-10-25 00:00', '2026-10-26 00:00', 25],
    ['the shorter day', everyDay(wholeDay), '2026-03-29 00:00', '2026-03-30 00:00', 23],
    ['ten years of nights', night, '2020-01-01 12:00', '2030-01-01 12:00', 3653 * 8],
    ['round the clock', null, '2026-05-01 00:00', '2026-05-02 00:00', 24],
    ['never open', closed, '2026-05-01 00:00', '2028-05-02 00:00', 0],
  ])('%s', (_, calendar, from, to, hours) => {
    expect(businessMs(calendar, berlin(from), berlin(to))).toBe(hours * hour);
  });

  test('a midnight that comes twice is in the hours before and after it', () => {
    const havana = everyDay(nights, 'America/Havana');
    const from = Date.parse('2026-11-01T01:00Z');
    expect(businessMs(havana, from, from + 24 * hour)).toBe(9 * hour);
  });

  test('far dates have answers', () => {
    const from = Date.UTC(9000, 0, 1);
    const to = addSpan(office, from, { n: 40, unit: 'hour', business: true });
    expect(businessMs(office, from, to)).toBe(40 * hour);
    expect(to - from).toBeLessThan(20 * 24 * hour);
  });
});

describe('a calendar that does not open for three years', () => {
  const why = 'defect: the calendar "Closed" does not open for three years';
  const from = berlin('2026-05-04 09:00');

  test('is a defect that names it', () => {
    const span = { n: 1, unit: 'hour', business: true } as const;
    expect(() => addSpan(closed, from, span)).toThrow(why);
    expect(() => addSpan(closed, from, { ...span, unit: 'day' })).toThrow(why);
    expect(() => nextBusinessDay(closed, from)).toThrow(why);
  });

  test('is none that opens after two years of holidays', () => {
    const holidays = Array.from({ length: 731 }, (_, n) =>
      Temporal.PlainDate.from('2026-01-01').add({ days: n }).toString(),
    );
    const reopened: Calendar = { ...everyDay(workdays), holidays };
    const opening = berlin('2028-01-02 08:00');
    expect(nextBusinessDay(reopened, from)).toBe(opening);
    expect(addSpan(reopened, from, { n: 1, unit: 'minute', business: true })).toBe(
      opening + 60_000,
    );
  });
});
