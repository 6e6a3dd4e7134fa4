// Business time against an oracle that knows nothing of intervals, sums and offsets: it looks at the clock minute by
// minute, for days around every kind of change that clocks make.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weekdays, type Calendar } from '../directory/directory.ts';
import { addSpan, businessMs, isOpen, nextBusinessDay } from './business-time.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** In minutes of the film. */
const day = 1440;

/** Around midnight and the hours at which clocks change, more often than elsewhere. */
const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 16 }).map((n) => n * 15),
  fc.integer({ min: 0, max: 96 }).map((n) => n * 15),
  fc.constant(1440),
);

const spansOfDay = fc
  .uniqueArray(minuteOfDay, { maxLength: 6 })
  .map((times) => times.toSorted((a, b) => a - b))
  .map((times) =>
    Array.from(
      { length: times.length >> 1 },
      (_, n) => [wallText(times[2 * n]!), wallText(times[2 * n + 1]!)] as const,
    ),
  );

/** Hours on some weekdays and up to two holidays near the change. */
function calendars(zone: string, around: number): fc.Arbitrary<Calendar> {
  const near = fc.integer({ min: -3, max: 3 }).map((n) => localDate(around + n * dayMs, zone));
  return fc.record({
    name: fc.constant('drawn'),
    zone: fc.constant(zone),
    hours: fc.record(Object.fromEntries(weekdays.map((weekday) => [weekday, spansOfDay])), {
      requiredKeys: [],
    }),
    holidays: fc.uniqueArray(near, { maxLength: 2 }).map((dates) => dates.toSorted()),
  });
}

function wallText(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function clock(at: number, zone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
}

function localDate(at: number, zone: string): string {
  return clock(at, zone).toPlainDate().toString();
}

/** What the clock shows at each minute from five days before to thirteen days after. */
function filmed(zone: string, around: number) {
  const begins = Math.floor(around / minuteMs) * minuteMs - 5 * dayMs;
  const shown = Array.from({ length: 18 * day }, (_, n) =>
    clock(begins + n * minuteMs, zone).toString({ smallestUnit: 'minute' }),
  );
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  shown.forEach((text, n) => {
    if (!first.has(text)) first.set(text, n);
    last.set(text, n);
  });
  /** The minute at which the clock shows this: the first, the last, or if none does the first that shows a later time. */
  function minuteOf(text: string, which: 'first' | 'last'): number {
    const found = (which === 'first' ? first : last).get(text);
    return found ?? shown.findIndex((one) => one > text);
  }
  return { begins, shown, minuteOf };
}

type Film = ReturnType<typeof filmed>;

/** The hours of one local date as minutes of the film. */
function hoursOf(film: Film, calendar: Calendar, date: Temporal.PlainDate): [number, number][] {
  if (calendar.holidays.includes(date.toString())) return [];
  return (calendar.hours[weekdays[date.dayOfWeek - 1]!] ?? [])
    .map(([from, to]): [number, number] => [
      film.minuteOf(`${date}T${from}`, 'first'),
      film.minuteOf(to === '24:00' ? `${date.add({ days: 1 })}T00:00` : `${date}T${to}`, 'last'),
    ])
    .filter(([from, to]) => from < to);
}

/** For each minute of the film whether it is open; the days at its ends are not told. */
function openMinutes(film: Film, calendar: Calendar): boolean[] {
  const open = film.shown.map(() => false);
  let date = Temporal.PlainDateTime.from(film.shown[0]!).toPlainDate().add({ days: 1 });
  for (let n = 0; n < 16; n += 1, date = date.add({ days: 1 })) {
    for (const [from, to] of hoursOf(film, calendar, date)) open.fill(true, from, to);
  }
  return open;
}

function nextChange(zone: string, after: string): number {
  return Temporal.Instant.from(after).toZonedDateTimeISO(zone).getTimeZoneTransition('next')!
    .epochMilliseconds;
}

const changes = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'America/Havana',
].flatMap((zone) => {
  const one = nextChange(zone, '2026-01-01T00:00Z');
  const other = nextChange(zone, new Date(one).toISOString());
  return [one, other].map((at) => ({ zone, at }));
});

describe.each([
  ...changes,
  { zone: 'Asia/Kolkata', at: Date.UTC(2026, 2, 29) },
  // Clocks went back over midnight; a whole day was skipped.
  { zone: 'America/St_Johns', at: nextChange('America/St_Johns', '2010-10-01T00:00Z') },
  { zone: 'Pacific/Apia', at: nextChange('Pacific/Apia', '2011-12-01T00:00Z') },
])('around $at in $zone', ({ zone, at }) => {
  const film = filmed(zone, at);
  const momentOf = (minute: number) => film.begins + minute * minuteMs;
  /** Within two days of the change. */
  const minutes = fc.integer({ min: 3 * day, max: 7 * day });
  const drawn = calendars(zone, at);

  test('it is open when the clock says so', () => {
    fc.assert(
      fc.property(drawn, (calendar) => {
        const open = openMinutes(film, calendar);
        for (let minute = 3 * day; minute < 7 * day; minute += 5) {
          if (isOpen(calendar, momentOf(minute)) !== open[minute]) {
            expect.fail(`${film.shown[minute]} should be ${open[minute] ? 'open' : 'closed'}`);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('open time is the number of open minutes', () => {
    fc.assert(
      fc.property(drawn, minutes, minutes, (calendar, from, to) => {
        const open = openMinutes(film, calendar).slice(from, Math.max(from, to));
        expect(businessMs(calendar, momentOf(from), momentOf(to))).toBe(
          open.filter(Boolean).length * minuteMs,
        );
      }),
      { numRuns: 25 },
    );
  });

  test('business minutes end with the open minute that completes them', () => {
    fc.assert(
      fc.property(drawn, minutes, fc.integer({ min: 1, max: 1800 }), (calendar, from, n) => {
        const open = openMinutes(film, calendar);
        let left = n;
        let minute = from;
        for (; left > 0 && minute < 17 * day; minute += 1) if (open[minute]) left -= 1;
        fc.pre(left === 0);
        const span = { n, unit: 'minute', business: true } as const;
        expect(addSpan(calendar, momentOf(from), span)).toBe(momentOf(minute));
      }),
      { numRuns: 25 },
    );
  });

  test('business days end at the same time of day, or where that date is open', () => {
    fc.assert(
      fc.property(drawn, minutes, fc.integer({ min: 1, max: 3 }), (calendar, from, n) => {
        const start = openMinutes(film, calendar).indexOf(true, from);
        fc.pre(start >= 0 && start < 12 * day);
        let date = Temporal.PlainDate.from(film.shown[start]!);
        let hours: [number, number][] = [];
        for (let passed = 0, searched = 0; passed < n; searched += 1) {
          fc.pre(searched < 5);
          date = date.add({ days: 1 });
          hours = hoursOf(film, calendar, date);
          if (hours.length > 0) passed += 1;
        }
        const sameTime = film.minuteOf(`${date}${film.shown[start]!.slice(10)}`, 'first');
        let expected = sameTime;
        const closing = hours.at(-1)![1];
        while (expected < closing && !hours.some(([f, t]) => f <= expected && expected < t)) {
          expected += 1;
        }
        const span = { n, unit: 'day', business: true } as const;
        const found = addSpan(calendar, momentOf(from), span);
        expect(found).toBe(momentOf(Math.min(expected, closing)));
        expect(found).toBeGreaterThan(momentOf(from));
      }),
      { numRuns: 25 },
    );
  });

  test('the next business day begins later, at an opening of a later date', () => {
    fc.assert(
      fc.property(drawn, minutes, (calendar, from) => {
        let date = Temporal.PlainDate.from(film.shown[from]!);
        let expected = -1;
        for (let searched = 0; expected <= from; searched += 1) {
          fc.pre(searched < 5);
          date = date.add({ days: 1 });
          expected = hoursOf(film, calendar, date)[0]?.[0] ?? -1;
        }
        expect(nextBusinessDay(calendar, momentOf(from))).toBe(momentOf(expected));
      }),
      { numRuns: 25 },
    );
  });
});

describe('over years', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/Santiago', 'Asia/Kolkata', 'Asia/Beirut');
  const opening = zones
    .chain((zone) => calendars(zone, Date.UTC(2026, 2, 29)))
    .map((calendar) => ({
      ...calendar,
      hours: { ...calendar.hours, sun: [['10:00', '11:30']] as const },
    }));
  const moments = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) });

  test('the open times of two stretches add up to that of both', () => {
    fc.assert(
      fc.property(opening, moments, moments, moments, (calendar, ...three) => {
        const [a, b, c] = three.toSorted((x, y) => x - y) as [number, number, number];
        expect(businessMs(calendar, a, b) + businessMs(calendar, b, c)).toBe(
          businessMs(calendar, a, c),
        );
      }),
    );
  });

  test('a span added is the open time that has passed, and not a moment earlier', () => {
    const seconds = fc.integer({ min: 1, max: 400 * 3600 });
    fc.assert(
      fc.property(opening, moments, seconds, (calendar, from, n) => {
        const to = addSpan(calendar, from, { n, unit: 'second', business: true });
        expect(businessMs(calendar, from, to)).toBe(n * 1_000);
        expect(businessMs(calendar, from, to - 1)).toBe(n * 1_000 - 1);
      }),
    );
  });

  test('spans one after the other are one span', () => {
    const some = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(opening, moments, some, some, (calendar, from, n, m) => {
        const after = (at: number, minutes: number) =>
          addSpan(calendar, at, { n: minutes, unit: 'minute', business: true });
        expect(after(after(from, n), m)).toBe(after(from, n + m));
      }),
    );
  });
});
