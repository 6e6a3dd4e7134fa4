import type { Clock } from '../clock.ts';

/** How often each may do something. In this process's memory: several processes multiply it. */
export type Pace = {
  /** Counts it. Answers the whole seconds until it may be done; 0 = now. */
  take(key: string): number;
};

/** So often at once, then once in `everyMs`. */
export function openPace(
  { atOnce, everyMs }: { readonly atOnce: number; readonly everyMs: number },
  clock: Clock,
): Pace {
  /** By key: when all that it did is forgotten. Whoever did something last stands last. */
  const free = new Map<string, number>();

  return {
    take(key) {
      const now = clock.now();
      const most = now + atOnce * everyMs;
      for (const [one, at] of free) {
        if (at > now) break;
        free.delete(one);
      }
      // No more than it can be: a clock that jumped back keeps nobody waiting.
      const at = Math.min(Math.max(free.get(key) ?? now, now), most) + everyMs;
      const waitMs = at - most;
      if (waitMs > 0) return Math.ceil(waitMs / 1000);
      free.delete(key);
      free.set(key, at);
      return 0;
    },
  };
}
