/** How words are compared when tickets are searched, and what of a text to mark. */

/** "Kühlhaus-Tür" is found by "kuhlhaus" and "tur"; the same for what is searched and what is typed. */
export function folded(term: string): string {
  return term.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');
}

const word = /[\p{L}\p{N}\p{M}]+/gu;

export function wordsOf(text: string): readonly string[] {
  return text.match(word) ?? [];
}

export type Piece = { readonly text: string; readonly isFound: boolean };

/** The text in pieces that make it whole again; those whose words are among `found` (folded) are marked. */
export function piecesOf(text: string, found: ReadonlySet<string>): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: one, index } of text.matchAll(word)) {
    if (!found.has(folded(one))) continue;
    if (index > from) pieces.push({ text: text.slice(from, index), isFound: false });
    pieces.push({ text: one, isFound: true });
    from = index + one.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isFound: false });
  return pieces;
}

/** As much of a long text as stands around its first word that was found, at most about `length` characters. */
export function around(text: string, found: ReadonlySet<string>, length: number): string {
  if (text.length <= length) return text;
  const first = [...text.matchAll(word)].find(({ 0: one }) => found.has(folded(one)));
  const wished = Math.max(0, (first?.index ?? 0) - Math.floor(length / 3));
  const from = wished === 0 ? 0 : text.indexOf(' ', wished) + 1;
  const end = text.lastIndexOf(' ', from + length);
  const to = from + length >= text.length ? text.length : end > from ? end : from + length;
  return `${from > 0 ? '… ' : ''}${text.slice(from, to)}${to < text.length ? ' …' : ''}`;
}
