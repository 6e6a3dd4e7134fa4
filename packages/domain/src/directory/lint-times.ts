import { weekdays, type Calendar, type Schedule } from './directory.ts';
import type { Findings } from './issue.ts';

/** Hours are sorted, do not overlap, and there is at least one. */
export function lintCalendar(key: string, calendar: Calendar, found: Findings): void {
  const path = ['calendars', key, 'hours'];
  let spans = 0;
  for (const day of weekdays) {
    let last: string | null = null;
    for (const [from, to] of calendar.hours[day] ?? []) {
      spans += 1;
      if (from >= to) {
        found.report(
          [...path, day],
          `${from}-${to} ends before it begins; write a night as ${from}-24:00 and, on the next day, 00:00-${to}`,
        );
      }
      if (last !== null && from < last) {
        found.report([...path, day], `${from}-${to} overlaps the hours before it; join the two`);
      }
      last = to;
    }
  }
  if (spans === 0) {
    found.report(path, 'is never open; write at least one day, like mon-fri: "08:00-18:00"');
  }
}

/** Somebody takes turns, all of them can act, and each layer begins on its handover's weekday. */
export function lintSchedule(key: string, schedule: Schedule, found: Findings): void {
  const path = ['schedules', key, 'layers'];
  if (schedule.layers.length === 0) {
    found.report(path, 'has nobody on call; add a layer with handover, from and people');
  }
  schedule.layers.forEach((layer, index) => {
    const at = [...path, index];
    if (layer.people.length === 0) {
      found.report([...at, 'people'], 'names nobody; write who takes turns, in their order');
    }
    layer.people.forEach((person, turn) => found.canAct(person, [...at, 'people', turn]));
    const day = weekdayOf(layer.from);
    if (day !== layer.handover.day) {
      found.report(
        [...at, 'from'],
        `${layer.from} is a ${day}, but turns begin on ${layer.handover.day}; write a date that is a ${layer.handover.day}`,
      );
    }
  });
}

/** Of a local date "YYYY-MM-DD"; a date has its weekday whatever the zone. */
function weekdayOf(date: string): (typeof weekdays)[number] {
  const days = Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
  // 1970-01-01 was a Thursday.
  return weekdays[(((days + 3) % 7) + 7) % 7]!;
}
