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

/** "1 min", "5 h", "3 days": how long ago something began. Seconds say too much. */
export function ageOf(ms: number, language: Language): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 100) return `${minutes}\u00a0min`;
  if (minutes < 48 * 60) return lengthOf(minutes * 60_000, language);
  const options = { style: 'unit', unit: 'day', unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(language, options).format(Math.floor(minutes / 1440));
}
