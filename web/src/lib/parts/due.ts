/** The first column of a list of work: when something happens next. */

import type { Instant } from '@rung/domain/base/time.ts';
import { countsBelowMs, leftWords } from './left.ts';
import { isSameDay, shortDay, timeOfDay, weekday, type Reader } from './when.ts';

const dayMs = 24 * 60 * 60_000;

export type Due = {
  readonly first: string;
  /** Stands below it. */
  readonly second: string | null;
  readonly kind: 'over' | 'soon' | 'today' | 'day';
};

/** `now` by the server's clock, as far as it is known. `over` = it was to happen, and nothing was heard of it here. */
export function dueOf(at: Instant, now: Instant, reader: Reader, over: string): Due {
  const left = at - now;
  const time = timeOfDay(at, reader);
  if (left <= 0) {
    const isToday = isSameDay(at, now, reader);
    return { first: isToday ? time : dayOf(at, now, reader), second: over, kind: 'over' };
  }
  if (left < countsBelowMs) return { first: leftWords(left), second: null, kind: 'soon' };
  if (isSameDay(at, now, reader)) return { first: time, second: leftWords(left), kind: 'today' };
  return { first: dayOf(at, now, reader), second: time, kind: 'day' };
}

/** "Fri" while that says enough, then "27 Nov". */
function dayOf(at: Instant, now: Instant, reader: Reader): string {
  return Math.abs(at - now) < 6 * dayMs ? weekday(at, reader) : shortDay(at, reader);
}
