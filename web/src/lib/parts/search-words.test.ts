import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { around, folded, piecesOf } from './search-words.ts';

const marked = (text: string, ...words: string[]) =>
  piecesOf(text, new Set(words))
    .map(({ text: piece, isFound }) => (isFound ? `[${piece}]` : piece))
    .join('');

describe('words that were found', () => {
  test('are marked as they are written', () => {
    expect(marked('Kühlhaus-Tür, Halle 2', 'kuhlhaus', '2')).toBe('[Kühlhaus]-Tür, Halle [2]');
  });

  test('leave the text as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (text, word) => {
          const pieces = piecesOf(text, new Set([folded(word)]));
          expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        },
      ),
    );
  });
});

test('of a long text, what stands around the word is shown', () => {
  const text = `${'so it went on and on '.repeat(9)}until grease dripped ${'and more of it '.repeat(9)}`;
  const shown = around(text, new Set(['grease']), 60);
  expect(shown).toMatch(/^… .*until grease dripped.* …$/);
  expect(shown.length).toBeLessThanOrEqual(66);
  expect(around('short', new Set(), 60)).toBe('short');
});
