/**
 * A calendar's open hours as sorted intervals of UTC with running sums, so that adding and measuring business time
 * are binary searches. Compiled a window at a time and when first asked: any moment has an answer, far ones cost
 * nothing until somebody needs them (a window costs about a millisecond).
 */

import type { Instant } from '../base/time.ts';
import type { Calendar } from '../directory/directory.ts';
import { hoursOn, type Interval } from './opening-hours.ts';
import { dayMs, dayOf, wallAt } from './wall-time.ts';

export const windowMs = 91 * dayMs;

/** Intervals are cut at the window's edges; inside, those that touch or overlap are one. */
export type Window = {
  readonly opens: readonly Instant[];
  readonly closes: readonly Instant[];
  /** Open ms of this window before the interval of the same index. */
  readonly before: readonly number[];
  readonly openMs: number;
};

// A calendar is an immutable snapshot: an edit makes another object, and what was compiled for this one goes with it.
const compiled = new WeakMap<Calendar, Map<number, Window>>();

/** The number of the window a moment lies in. */
export function windowIndex(at: Instant): number {
  return Math.floor(at / windowMs);
}

export function windowOf(calendar: Calendar, index: number): Window {
  let windows = compiled.get(calendar);
  if (windows === undefined) compiled.set(calendar, (windows = new Map()));
  let window = windows.get(index);
  if (window === undefined) windows.set(index, (window = compile(calendar, index)));
  return window;
}

/** The index of the last interval that has begun by `at`; -1 = none. */
export function lastOpened(window: Window, at: Instant): number {
  return countWhile(window.opens, (opens) => opens <= at) - 1;
}

/** Open ms between the window's beginning and a moment in it. */
export function openMsUntil(window: Window, at: Instant): number {
  const index = lastOpened(window, at);
  if (index < 0) return 0;
  return window.before[index]! + Math.min(at, window.closes[index]!) - window.opens[index]!;
}

/** The first moment at which so much open time of the window has passed; more than none, at most all of it. */
export function momentOf(window: Window, openMs: number): Instant {
  const index = countWhile(window.before, (before) => before < openMs) - 1;
  return window.opens[index]! + openMs - window.before[index]!;
}

function compile(calendar: Calendar, index: number): Window {
  const begins = index * windowMs;
  const ends = begins + windowMs;
  // A day more on either side: where clocks go back at midnight, a date's hours reach into its neighbour's.
  const lastDay = dayOf(wallAt(ends, calendar.zone)) + 1;
  const intervals: Interval[] = [];
  for (let day = dayOf(wallAt(begins, calendar.zone)) - 1; day <= lastDay; day += 1) {
    for (const interval of hoursOn(calendar, day)) {
      const from = Math.max(interval.from, begins);
      const to = Math.min(interval.to, ends);
      if (from < to) join(intervals, { from, to });
    }
  }
  let openMs = 0;
  const before = intervals.map(({ from, to }) => (openMs += to - from) - (to - from));
  return {
    opens: intervals.map(({ from }) => from),
    closes: intervals.map(({ to }) => to),
    before,
    openMs,
  };
}

/** Adds one that neither begins nor ends before the last; they become one when they touch or overlap. */
function join(intervals: Interval[], next: Interval): void {
  const last = intervals.at(-1);
  if (last === undefined || last.to < next.from) intervals.push(next);
  else intervals[intervals.length - 1] = { from: last.from, to: next.to };
}

/** How many of these sorted numbers, from the first on, are so. */
function countWhile(sorted: readonly number[], isSo: (one: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
