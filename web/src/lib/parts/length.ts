import type { Language } from '@rung/domain/directory/directory.ts';

/** "3.4 s", "48 s", "12 min", "5 h": how long something took. Two digits say enough. */
export function lengthOf(ms: number, language: Language): string {
  const number = (value: number, digits: number): string =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${number(seconds, 1)}\u00a0s`;
  if (seconds < 100) return `${number(seconds, 0)}\u00a0s`;
  const minutes = seconds / 60;
  return minutes < 100 ? `${number(minutes, 0)}\u00a0min` : `${number(minutes / 60, 0)}\u00a0h`;
}
