/** Who of the demo's people is a visitor now. */

import type { Instant } from '@rung/domain/base/time.ts';

/** He may have locked his phone, or changed the page: so long he is still there, ms. */
export const stayMs = 10 * 60_000;

export type Visits = {
  /** Who is a visitor, given who has a page open. */
  now(open: readonly string[], at: Instant): ReadonlySet<string>;
  came(person: string, at: Instant): void;
  /** Its visitor is somebody else from now on. */
  left(person: string): void;
};

export function openVisits(): Visits {
  const seenAt = new Map<string, Instant>();
  return {
    now(open, at) {
      for (const person of open) seenAt.set(person, at);
      for (const [person, then] of seenAt) if (at - then >= stayMs) seenAt.delete(person);
      return new Set(seenAt.keys());
    },
    came: (person, at) => void seenAt.set(person, at),
    left: (person) => void seenAt.delete(person),
  };
}
