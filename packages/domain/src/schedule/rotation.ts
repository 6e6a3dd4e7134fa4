import type { Instant } from '../base/time.ts';
import { instantOf, wallAt, wallOf, weekMs } from '../calendar/wall-time.ts';
import type { Rotation } from '../directory/directory.ts';
import type { Shift } from './shift.ts';

/**
 * The turns of a layer that overlap with [from, to), in order and whole, not cut at either end; of those, the turns
 * of one who follows himself are one. They leave no gap: each begins where the one before ends.
 */
export function turnsOf(
  rotation: Rotation,
  zone: string,
  from: Instant,
  to: Instant,
): readonly Shift[] {
  if (rotation.people.length === 0 || to <= from) return [];
  const found: Shift[] = [];
  let turn = Math.max(0, turnAt(rotation, zone, from));
  for (let begins = turnBegins(rotation, zone, turn); begins < to; turn += 1) {
    const ends = turnBegins(rotation, zone, turn + 1);
    found.push({ from: begins, to: ends, person: personOf(rotation, turn) });
    begins = ends;
  }
  return joined(found);
}

/** When a layer has somebody for the first time, and from then on always; null = never, it names nobody. */
export function layerBegins(rotation: Rotation, zone: string): Instant | null {
  return rotation.people.length === 0 ? null : turnBegins(rotation, zone, 0);
}

/** Whose turn it is; null = nobody's. */
export function personAt(rotation: Rotation, zone: string, at: Instant): string | null {
  if (rotation.people.length === 0) return null;
  const turn = turnAt(rotation, zone, at);
  return turn < 0 ? null : personOf(rotation, turn);
}

/** Sorted shifts, those of one person that touch made one. */
export function joined(shifts: readonly Shift[]): readonly Shift[] {
  const found: Shift[] = [];
  for (const shift of shifts) {
    const last = found.at(-1);
    if (last?.person === shift.person && last.to === shift.from) {
      found[found.length - 1] = { ...last, to: shift.to };
    } else {
      found.push(shift);
    }
  }
  return found;
}

/**
 * The number of the turn at a moment, 0 the first; negative before it. By arithmetic and not from a list kept per
 * rotation: it asks the zone three times, a few microseconds, however far away the moment is, and there is nothing
 * to keep or to forget.
 */
function turnAt(rotation: Rotation, zone: string, at: Instant): number {
  const sinceFirst = wallAt(at, zone) - wallOf(rotation.from, rotation.handover.at);
  const turn = Math.floor(sinceFirst / weekMs);
  // After the first occurrence of a handover that comes twice, the clock on the wall is put back to before it.
  return turnBegins(rotation, zone, turn + 1) <= at ? turn + 1 : turn;
}

function turnBegins(rotation: Rotation, zone: string, turn: number): Instant {
  return instantOf(wallOf(rotation.from, rotation.handover.at) + turn * weekMs, zone, 'first');
}

function personOf(rotation: Rotation, turn: number): string {
  return rotation.people[turn % rotation.people.length]!;
}
