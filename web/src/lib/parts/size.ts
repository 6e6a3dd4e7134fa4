import type { Language } from '@rung/domain/directory/directory.ts';

/** "1.4 MB", "230 kB": how much a file weighs. Nothing weighs 0. */
export function sizeOf(bytes: number, language: Language): string {
  const isLarge = bytes >= 1_000_000;
  const count = isLarge ? bytes / 1_000_000 : Math.max(1, bytes / 1000);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: isLarge ? 1 : 0 });
  return `${number.format(count)}\u00a0${isLarge ? 'MB' : 'kB'}`;
}
