import type { Instant } from '../base/time.ts';
import { must } from '../base/must.ts';
import type { Calendar } from '../directory/directory.ts';
import { dateText, dayMs, instantOf, wallOf, weekdayOf, type Day } from './wall-time.ts';

/** From `from` until just before `to`; never empty. */
export type Interval = { readonly from: Instant; readonly to: Instant };

/** Of a calendar that does not open for so long we say that it never does. */
export const searchedDays = 3 * 366;

/** When a calendar is open by the hours of one local date, in order; none on a holiday and on a date the zone skipped. */
export function hoursOn(calendar: Calendar, day: Day): readonly Interval[] {
  const hours = calendar.hours[weekdayOf(day)];
  if (hours === undefined || calendar.holidays.includes(dateText(day))) return [];
  return hours
    .map(([from, to]) => ({
      from: instantOf(day * dayMs + sinceMidnight(from), calendar.zone, 'first'),
      to: instantOf(day * dayMs + sinceMidnight(to), calendar.zone, 'last'),
    }))
    .filter(({ from, to }) => from < to);
}

/** The next local date after this one on which a calendar opens. Throws when it does not open for three years. */
export function openDayAfter(calendar: Calendar, day: Day): Day {
  let found: Day | null = null;
  for (let next = day + 1; found === null && next <= day + searchedDays; next += 1) {
    if (hoursOn(calendar, next).length > 0) found = next;
  }
  return must(found, neverOpens(calendar));
}

export function neverOpens(calendar: Calendar): string {
  return `the calendar "${calendar.name}" does not open for three years`;
}

function sinceMidnight(time: string): number {
  return wallOf('1970-01-01', time);
}
