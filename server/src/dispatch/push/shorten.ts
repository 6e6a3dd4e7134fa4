const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many bytes a text takes inside JSON, without its quotation marks. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/**
 * A text on one line, cut between what people see as one sign, with "…" where something is missing. Never more `signs` nor
 * `bytes` inside JSON than these, "…" included; bytes are at least its own three.
 */
export function shorten(
  text: string,
  { signs, bytes }: { readonly signs: number; readonly bytes: number },
): string {
  const line = oneLine(text);
  let [count, size, whole, cut] = [0, 0, '', ''];
  for (const { segment } of graphemes.segment(line)) {
    count += 1;
    size += bytesOf(segment);
    if (count > signs || size > bytes) return `${cut.trimEnd()}…`;
    whole += segment;
    if (count < signs && size + bytesOf('…') <= bytes) cut = whole;
  }
  return whole;
}

/** Without line breaks, and without characters that turn the direction of everything behind them. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();
}
