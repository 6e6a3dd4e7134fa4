/**
 * Business time: what "4 business hours from now" and "how long was it open" mean (domain.md, section 2). Everywhere
 * the calendar null is round the clock: always open, and a business day is 24 hours.
 */

import { must } from '../base/must.ts';
import type { Instant } from '../base/time.ts';
import type { Calendar, Span } from '../directory/directory.ts';
import { lastOpened, momentOf, openMsUntil, windowIndex, windowMs, windowOf } from './compiled.ts';
import { hoursOn, neverOpens, openDayAfter, searchedDays } from './opening-hours.ts';
import { dayMs, dayOf, instantOf, wallAt } from './wall-time.ts';

const unitMs = { second: 1_000, minute: 60_000, hour: 3_600_000, day: dayMs } as const;

/** Closed from the closing moment on, open from the opening one. */
export function isOpen(calendar: Calendar | null, at: Instant): boolean {
  if (calendar === null) return true;
  const window = windowOf(calendar, windowIndex(at));
  const index = lastOpened(window, at);
  return index >= 0 && at < window.closes[index]!;
}

/** Open ms from `from` until just before `to`; 0 when `to` is not after `from`. */
export function businessMs(calendar: Calendar | null, from: Instant, to: Instant): number {
  if (to <= from) return 0;
  if (calendar === null) return to - from;
  const last = windowIndex(to);
  let openMs = openMsUntil(windowOf(calendar, last), to);
  openMs -= openMsUntil(windowOf(calendar, windowIndex(from)), from);
  for (let index = windowIndex(from); index < last; index += 1) {
    openMs += windowOf(calendar, index).openMs;
  }
  return openMs;
}

/**
 * The first moment at which a span has passed since `from`. Business hours that end when it closes end then, not at
 * the next opening. A business day later is the same time of day on the next date that opens: at its opening if that
 * is later, at its closing if that is earlier, after the break if it falls into one; from a closed moment it counts
 * from the next opening. Nothing (`n` 0) has passed at once. Throws when the calendar does not open for three years.
 */
export function addSpan(calendar: Calendar | null, from: Instant, span: Span): Instant {
  if (span.n === 0) return from;
  if (calendar === null || !span.business) return from + span.n * unitMs[span.unit];
  if (span.unit === 'day') return addBusinessDays(calendar, from, span.n);
  return addOpenMs(calendar, from, span.n * unitMs[span.unit]);
}

/** The first moment at which so much open time, ms, has passed since `from`. Throws as `addSpan`. */
export function addBusinessMs(calendar: Calendar | null, from: Instant, openMs: number): Instant {
  if (openMs === 0) return from;
  return calendar === null ? from + openMs : addOpenMs(calendar, from, openMs);
}

/** The opening of the next local date that opens after the date of `from`; always later than `from`. */
export function nextBusinessDay(calendar: Calendar | null, from: Instant): Instant {
  if (calendar === null) return from + dayMs;
  let day = dayOf(wallAt(from, calendar.zone));
  let opening: Instant;
  // More than once only where clocks went back over midnight, and it is the day before again.
  do {
    day = openDayAfter(calendar, day);
    opening = hoursOn(calendar, day)[0]!.from;
  } while (opening <= from);
  return opening;
}

function addOpenMs(calendar: Calendar, from: Instant, openMs: number): Instant {
  const first = windowIndex(from);
  const closedWindows = Math.ceil((searchedDays * dayMs) / windowMs);
  let left = openMs + openMsUntil(windowOf(calendar, first), from);
  let found: Instant | null = null;
  for (let index = first, closed = 0; found === null && closed <= closedWindows; index += 1) {
    const window = windowOf(calendar, index);
    if (left <= window.openMs) found = momentOf(window, left);
    closed = window.openMs === 0 ? closed + 1 : 0;
    left -= window.openMs;
  }
  return must(found, neverOpens(calendar));
}

function addBusinessDays(calendar: Calendar, from: Instant, n: number): Instant {
  // Where the first open millisecond begins: at `from` itself when that is open.
  const start = wallAt(addOpenMs(calendar, from, 1) - 1, calendar.zone);
  let day = dayOf(start);
  for (let passed = 0; passed < n; passed += 1) day = openDayAfter(calendar, day);
  const sameTime = instantOf(day * dayMs + start - dayOf(start) * dayMs, calendar.zone, 'first');
  const hours = hoursOn(calendar, day);
  const next = hours.find(({ to }) => sameTime < to);
  return next === undefined ? hours.at(-1)!.to : Math.max(sameTime, next.from);
}
