import type { Instant } from '../base/time.ts';
import type { Schedule } from '../directory/directory.ts';
import { joined, layerBegins, personAt, turnsOf } from './rotation.ts';
import type { Shift } from './shift.ts';

/** Who is on call: the person of the first layer that has one; null = nobody. */
export function onCall(schedule: Schedule, at: Instant): string | null {
  for (const layer of schedule.layers) {
    const person = personAt(layer, schedule.zone, at);
    if (person !== null) return person;
  }
  return null;
}

/**
 * Who is on call in [from, to), in order and cut at its ends; one who follows himself has one shift. Time that
 * nobody covers is absent.
 */
export function shifts(schedule: Schedule, from: Instant, to: Instant): readonly Shift[] {
  const found: Shift[] = [];
  // A layer that has begun always has somebody, so what it leaves to the next ones is the time before.
  let uncoveredTo = to;
  for (const layer of schedule.layers) {
    const begins = layerBegins(layer, schedule.zone);
    if (begins === null || begins >= uncoveredTo) continue;
    const start = Math.max(from, begins);
    const turns = turnsOf(layer, schedule.zone, start, uncoveredTo);
    for (const turn of turns.toReversed()) {
      found.push({
        from: Math.max(turn.from, start),
        to: Math.min(turn.to, uncoveredTo),
        person: turn.person,
      });
    }
    uncoveredTo = begins;
  }
  return joined(found.toReversed());
}

/**
 * The first moment in (after, before] at which somebody is on call, given that nobody is at `after`; null = none.
 * Cheap: it asks each layer once when it begins.
 */
export function nextShift(schedule: Schedule, after: Instant, before: Instant): Instant | null {
  let next: Instant | null = null;
  for (const layer of schedule.layers) {
    const begins = layerBegins(layer, schedule.zone);
    if (begins === null || begins <= after || begins > before) continue;
    if (next === null || begins < next) next = begins;
  }
  return next;
}
