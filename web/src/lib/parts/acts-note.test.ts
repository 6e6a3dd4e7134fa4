import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinNote, noteParts, splitNote } from './acts-note.ts';

const words = { tried: 'Tried', found: 'Found', needed: 'Needed' };

test('a note says its parts in order, and leaves out what has no words', () => {
  expect(joinNote({ tried: 'a reset', found: '', needed: ' an 18 l vessel ' }, words)).toBe(
    'Tried: a reset\nNeeded: an 18 l vessel',
  );
  expect(joinNote({ tried: '', found: ' ', needed: '' }, words)).toBe('');
});

test('a text of no parts is what was found', () => {
  expect(splitNote('Not the valve.\nSee photo', words)).toEqual({
    tried: '',
    found: 'Not the valve.\nSee photo',
    needed: '',
  });
});

test('what was written is read back as it was written, in whichever parts', () => {
  const part = fc
    .string({ unit: fc.constantFrom('a', 'b', ' ', ':', '\n') })
    .map((text) => text.trim());
  fc.assert(
    fc.property(fc.record({ tried: part, found: part, needed: part }), (note) => {
      const again = splitNote(joinNote(note, words), words);
      for (const name of noteParts) expect(again[name]).toBe(note[name]);
    }),
  );
});

test('whatever stands there, nothing of it is lost', () => {
  const line = fc.constantFrom('Tried: x', 'Found: y', 'Needed: z', 'Tried: ', 'free', '');
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const note = splitNote(lines.join('\n'), words);
      const all = noteParts.map((part) => note[part]).join('\n');
      for (const one of ['x', 'y', 'z', 'free']) {
        const times = (text: string): number => text.split(one).length - 1;
        expect(times(all)).toBeGreaterThanOrEqual(times(lines.join('\n')) > 0 ? 1 : 0);
      }
    }),
  );
});
