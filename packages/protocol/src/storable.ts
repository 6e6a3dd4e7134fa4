/**
 * Text as it may stand in either database: well-formed UTF-16, no U+0000 (Postgres refuses both, and only when
 * writing, after everything was computed; sync.md, "Text").
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '');
}
