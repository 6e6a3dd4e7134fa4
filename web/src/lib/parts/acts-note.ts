/** The handover note: what was tried, what was found, what is needed; one text in the log, with the words before each. */

export const noteParts = ['tried', 'found', 'needed'] as const;
export type NotePart = (typeof noteParts)[number];
export type Note = { readonly [Part in NotePart]: string };

/** In the writer's language, as it is stored. */
export type NoteWords = { readonly [Part in NotePart]: string };

/** One text of it; a part without words is left out. */
export function joinNote(note: Note, words: NoteWords): string {
  return noteParts
    .filter((part) => note[part].trim() !== '')
    .map((part) => `${words[part]}: ${note[part].trim()}`)
    .join('\n');
}

/** The parts of such a text again; of any other, all of it under "found". */
export function splitNote(text: string, words: NoteWords): Note {
  const note: { [Part in NotePart]: string } = { tried: '', found: '', needed: '' };
  let current: NotePart = 'found';
  for (const line of text.split('\n')) {
    const begins = noteParts.find(
      (part) => note[part] === '' && line.startsWith(`${words[part]}: `),
    );
    if (begins !== undefined) {
      current = begins;
      note[current] = line.slice(words[begins].length + 2);
    } else {
      note[current] = note[current] === '' ? line : `${note[current]}\n${line}`;
    }
  }
  return note;
}
