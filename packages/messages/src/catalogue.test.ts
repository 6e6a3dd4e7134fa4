import { readFileSync } from 'node:fs';
import { languages } from '@rung/domain/directory/directory.ts';
import { describe, expect, test } from 'vitest';

/** A text, or one text per form of a number (inlang's message format). */
type Message = string | readonly { readonly match: { readonly [form: string]: string } }[];
type Catalogue = { readonly [key: string]: Message };

const catalogues = Object.fromEntries(
  languages.map((language) => [
    language,
    JSON.parse(
      readFileSync(new URL(`../catalogue/${language}.json`, import.meta.url), 'utf8'),
    ) as Catalogue,
  ]),
);

function textsOf(message: Message): readonly string[] {
  return typeof message === 'string'
    ? [message]
    : message.flatMap(({ match }) => Object.values(match));
}

function holes(text: string): string {
  return [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name)
    .sort()
    .join(' ');
}

const [first, ...others] = Object.entries(catalogues);
const [mother, original] = first!;

describe.each(others)('%s', (_, translation) => {
  test(`has the same messages as ${mother}`, () => {
    expect(Object.keys(translation).sort()).toEqual(Object.keys(original).sort());
  });

  test.each(Object.keys(original))('%s asks for the same values, and says something', (key) => {
    const asked = new Set(textsOf(original[key]!).map(holes));
    for (const text of textsOf(translation[key] ?? [])) {
      expect(asked).toContain(holes(text));
      expect(text.trim()).toBe(text);
      expect(text).not.toBe('');
    }
  });

  test('counts with the forms that its numbers have', () => {
    for (const message of Object.values(translation)) {
      if (typeof message === 'string') continue;
      for (const { match } of message) {
        expect(Object.keys(match).sort()).toEqual(['count=one', 'count=other']);
      }
    }
  });
});
