import { countdown } from './when.ts';

const minuteMs = 60_000;

/** Below this, time left is counted down, ms. */
export const countsBelowMs = 10 * minuteMs;

/** "2:41" while it is counted down; then "48 min", "1 h 05", "3 d": a colon means a countdown or a time of day. */
export function leftWords(ms: number): string {
  return ms < countsBelowMs ? countdown(ms) : roughly(ms);
}

/** The same without a countdown: what is over is not told by the second. */
export function roughly(ms: number): string {
  const minutes = Math.ceil(ms / minuteMs);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)}\u00a0d`;
  const rest = minutes % 60;
  return `${hours}\u00a0h${rest === 0 ? '' : `\u00a0${String(rest).padStart(2, '0')}`}`;
}
