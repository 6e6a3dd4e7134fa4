/**
 * Between moments and what the clock on a wall shows. With the two rooms `calendar` and `schedule` this is all that
 * knows of zones and of clocks being put forward and back.
 */

import { weekdays, type Weekday } from '../directory/directory.ts';
import type { Instant } from '../base/time.ts';

/** What a clock on the wall shows, in ms as if it hung in Greenwich: so days and times of day are plain arithmetic. */
export type Wall = number;

/** A local date, counted in days since 1970-01-01; it begins at the wall time `day * dayMs`. */
export type Day = number;

export const dayMs = 86_400_000;
export const weekMs = 7 * dayMs;

/** Of a date "YYYY-MM-DD" and a time "HH:MM"; "24:00" is the midnight at its end. */
export function wallOf(date: string, time: string): Wall {
  return Date.parse(`${date}T${time}Z`);
}

/** What the clocks of a zone show at a moment. */
export function wallAt(at: Instant, zone: string): Wall {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return at + offsetNanoseconds / 1_000_000;
}

/**
 * The moment at which the clocks of a zone show this. A time that comes twice, because clocks are put back, is its
 * first or its last occurrence; a time that is skipped is the next moment there is.
 */
export function instantOf(wall: Wall, zone: string, which: 'first' | 'last'): Instant {
  const asked = Temporal.Instant.fromEpochMilliseconds(wall)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
  const first = asked.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (!first.toPlainDateTime().equals(asked)) {
    // Skipped: `first` lies as far before the change as `asked` lies after it. Temporal's own answer
    // ("compatible") would be 03:30 for a skipped 02:30; the next moment there is, is 03:00.
    return first.getTimeZoneTransition('next')!.epochMilliseconds;
  }
  return which === 'first'
    ? first.epochMilliseconds
    : asked.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
}

/** The local date on which the clock shows this. */
export function dayOf(wall: Wall): Day {
  return Math.floor(wall / dayMs);
}

/** "YYYY-MM-DD". */
export function dateText(day: Day): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

export function weekdayOf(day: Day): Weekday {
  // 1970-01-01 was a Thursday.
  return weekdays[(((day + 3) % 7) + 7) % 7]!;
}
