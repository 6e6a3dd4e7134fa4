import type { Language, Span } from '@rung/domain/directory/directory.ts';
import { m } from '@rung/messages/compiled/messages.js';

const unit = (n: number, name: Span['unit'], language: Language, unitDisplay: 'long' | 'short') =>
  new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay }).format(n);

/** "2 hours"; in business time "2 hours of opening time". */
export function spanWords({ n, unit: name, business }: Span, language: Language): string {
  const time = unit(n, name, language, 'long');
  return business ? m.ladder_business({ time }) : time;
}

/** Time left as it is read out: "2 minutes, 41 seconds". */
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
