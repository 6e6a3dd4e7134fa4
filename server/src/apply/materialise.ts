import type { Instant } from '@rung/domain/base/time.ts';
import type { Change, Schedule } from '@rung/domain/directory/directory.ts';
import { shifts } from '@rung/domain/schedule/on-call.ts';
import { type Effect, noEffect } from './world.ts';

const day = 86_400_000;
/** How far ahead a phone may ask who is on call, whenever it asks. */
const ahead = 14 * day;

/**
 * A schedule's shifts as rows, and the next boundary as its deadline: then they are made anew. A schedule that is gone
 * (null) has none.
 */
export function materialised(key: string, schedule: Schedule | null, now: Instant): Effect {
  const deadline = { kind: 'schedule', id: key } as const;
  if (schedule === null) {
    return { ...noEffect, shifts: [{ schedule: key, shifts: [] }], undue: [deadline] };
  }
  const coming = shifts(schedule, now, now + 2 * ahead);
  // Somebody for ever, or nobody yet: looked at again long before what is kept runs out.
  const boundary = coming.find(({ from }) => from > now)?.from ?? coming[0]?.to ?? now + ahead;
  const dueAt = Math.min(boundary, now + ahead);
  const kept = shifts(schedule, now, dueAt + ahead);
  return {
    ...noEffect,
    shifts: [{ schedule: key, shifts: kept }],
    dues: [{ ...deadline, dueAt }],
  };
}

/** What an edit of the directory does to the shifts. */
export function materialisedBy(
  changes: readonly Change[],
  now: Instant,
): Pick<Effect, 'shifts' | 'dues' | 'undue'> {
  const all = changes.flatMap((change) =>
    change.kind === 'schedule' ? [materialised(change.key, change.after, now)] : [],
  );
  return {
    shifts: all.flatMap((one) => one.shifts),
    dues: all.flatMap((one) => one.dues),
    undue: all.flatMap((one) => one.undue),
  };
}
