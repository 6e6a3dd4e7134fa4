/** When a pager is checked (paging/notification.ts): by day, while its person is likely to look. */

import type { Instant } from '../base/time.ts';
import { lotOf } from '../base/lot.ts';
import { dayMs, dayOf, instantOf, wallAt, weekdayOf } from '../calendar/wall-time.ts';

const hour = 3_600_000;
const tenOClock = 10 * hour;
/** Over so long after ten they are spread, each at its own second, so that not all are sent at once, ms. */
const spreadMs = hour / 2;

/** How long a check may wait to be shown, ms. */
export const showCheckWithinMs = 10 * 60_000;

/** After one that was shown: in a week, soon after ten; on a Monday where that would be a weekend. `id`: of what is checked. */
export function nextCheckAt(now: Instant, zone: string, id: string): Instant {
  const day = dayOf(wallAt(now, zone)) + 7;
  const weekday = weekdayOf(day);
  const isOff = weekday === 'sat' ? 2 : weekday === 'sun' ? 1 : 0;
  return afterTen(day + isOff, zone, id);
}

/** After one that was not: the next day, soon after ten. */
export function repeatCheckAt(now: Instant, zone: string, id: string): Instant {
  return afterTen(dayOf(wallAt(now, zone)) + 1, zone, id);
}

function afterTen(day: number, zone: string, id: string): Instant {
  const spread = Math.floor((lotOf(id) * spreadMs) / 1000) * 1000;
  return instantOf(day * dayMs + tenOClock + spread, zone, 'first');
}
