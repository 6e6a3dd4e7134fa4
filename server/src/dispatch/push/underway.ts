import type { Instant } from '@rung/domain/base/time.ts';

/** A host that has so many sends open and so long said nothing, ms, hangs: what else it would be sent waits for it in vain. */
const mostWaiting = 20;
export const silentMs = 2000;

/** What one host was sent and has not answered. */
export type Underway = {
  readonly count: number;
  /** When it answered last; before its first answer, when the oldest of these began. */
  readonly silentSince: Instant;
};

export const nothing: Underway = { count: 0, silentSince: 0 };

/** Whether to spare it, and everybody who waits for a free slot, one more. */
export function isStuck({ count, silentSince }: Underway, now: Instant): boolean {
  return count >= mostWaiting && now - silentSince >= silentMs;
}

export function withOneMore({ count, silentSince }: Underway, now: Instant): Underway {
  return { count: count + 1, silentSince: count === 0 ? now : silentSince };
}

export function withOneLess({ count, silentSince }: Underway): Underway {
  return { count: count - 1, silentSince };
}
