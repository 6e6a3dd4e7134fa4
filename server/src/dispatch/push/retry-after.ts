import type { Instant } from '@rung/domain/base/time.ts';

/** ms. `usual`: where it is not said, or cannot be read. */
const busyPauseMs = { least: 1000, usual: 30_000, most: 24 * 60 * 60_000 } as const;

/** How long to wait, ms, by `Retry-After`: seconds, or a moment by the clock of whoever answered (`date`), else by ours. */
export function pauseOf(retryAfter: string | null, date: string | null, now: Instant): number {
  const text = retryAfter?.trim() ?? '';
  const { least, usual, most } = busyPauseMs;
  const said = /^\d+$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - (Number.isNaN(Date.parse(date ?? '')) ? now : Date.parse(date ?? ''));
  return Number.isNaN(said) ? usual : Math.min(Math.max(said, least), most);
}
