import type { Language, Span } from '@rung/domain/directory/directory.ts';
import { m } from '@rung/messages/compiled/messages.js';
import { countdown } from './when.ts';

const unit = (n: number, name: Span['unit'], language: Language, unitDisplay: 'long' | 'short') =>
  new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay }).format(n);

/** "2 hours"; in business time "2 hours of opening time". */
export function spanWords({ n, unit: name, business }: Span, language: Language): string {
  const time = unit(n, name, language, 'long');
  return business ? m.ladder_business({ time }) : time;
}

/** "2:41" under ten minutes, else "48 min", "1 h 28". */
export function leftWords(ms: number): string {
  if (ms < 10 * 60_000) return countdown(ms);
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${String(minutes % 60).padStart(2, '0')}`
    : `${Math.round(hours / 24)} d`;
}

/** The same as it is read out: "2 minutes, 41 seconds". */
export function leftAloud(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = seconds < 600 ? Math.floor(seconds / 60) : Math.ceil(seconds / 60);
  const parts: readonly (readonly [number, Span['unit']])[] = [
    [Math.floor(minutes / 60), 'hour'],
    [minutes % 60, 'minute'],
    [seconds < 600 ? seconds % 60 : 0, 'second'],
  ];
  const said = parts
    .filter(([n], index) => n > 0 || (index === 2 && seconds === 0))
    .map(([n, name]) => unit(n, name, language, 'long'));
  return said.join(', ');
}
