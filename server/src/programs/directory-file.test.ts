import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { DirectoryDocument } from '@rung/domain/directory/document-of.ts';
import { readDirectoryFile, writeDirectoryFile } from './directory-file.ts';

const file = `organisation:
  policies: { S1: urgent, any: calm }
teams:
  cold:
    policies:
      incident: urgent
    members:
      - ada
      - emil
    lead: &lead mara
  warm:
    lead: *lead
    members: ada
  007: {}
`;

function place(path: readonly (string | number)[]): string {
  const read = readDirectoryFile(file);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const { line, column } = read.placeOf(path);
  return `${line}:${column}`;
}

test.each<[string, (string | number)[]]>([
  ['1:1', []],
  ['1:1', ['organisation']],
  ['2:3', ['organisation', 'policies']],
  ['9:9', ['teams', 'cold', 'members', 1]],
  ['9:9', ['teams', 'cold', 'members', 'emil']],
  ['10:5', ['teams', 'cold', 'lead']],
  ['12:5', ['teams', 'warm', 'lead']],
  ['14:3', ['teams', '007']],
])('%s is the place of %j', (where, path) => {
  expect(place(path)).toBe(where);
});

test.each<[string, string, (string | number)[]]>([
  ['a field that is missing', '4:3', ['teams', 'cold', 'name']],
  ['an item that stands only in the directory', '3:1', ['teams', 'gone', 'lead']],
  ['a section that is missing', '1:1', ['people', 'mara']],
])('the nearest place above stands for %s', (_, where, path) => {
  expect(place(path)).toBe(where);
});

test.each<[string, string, (string | number)[]]>([
  ['by severity, for any type', '2:15', ['organisation', 'policies', 'any', 'S1']],
  ['for any type and severity', '2:27', ['organisation', 'policies', 'any', 'any']],
  ['by type, for any severity', '6:7', ['teams', 'cold', 'policies', 'incident', 'any']],
  ['as one where a list may be', '13:14', ['teams', 'warm', 'members', 0]],
  ['as one that is named', '13:14', ['teams', 'warm', 'members', 'ada']],
])('short forms are found: %s', (_, where, path) => {
  expect(place(path)).toBe(where);
});

test.each([
  ['a list that does not end', 'people: [a', /^1:\d+ /],
  ['a key twice', 'teams:\n  cold: {}\n  cold: {}\n', /^3:3 the key 'cold' is here a second time/],
  ['a tag', 'people: !!binary aGk=\n', /^1:9 Unresolved tag/],
  ['a second document', 'people: {}\n---\nteams: {}\n', /^2:1 .*multiple documents/],
  ['an alias of nothing', 'people:\n  a: *nobody\n', /^2:6 nothing is called &nobody$/],
  [
    'a small file that would be a huge document',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefg'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[index]}`).join(',')}]`).join('\n')}\n`,
    /^1:1 uses aliases too often/,
  ],
])('refuses %s', (_, text, expected) => {
  const read = readDirectoryFile(text);
  const faults = read.ok
    ? []
    : read.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
  expect(faults[0]).toMatch(expected);
});

test('what is written is read as the same document, whatever its texts look like', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom(
      'no',
      '1e3',
      '0x1F',
      '~',
      '2026-01-05',
      '08:00-18:00',
      '- a',
      '# b',
      '*c',
      'd: e',
    ),
  );
  const item = fc.dictionary(
    fc.constantFrom('name', 'members', 'delay'),
    fc.oneof(
      text,
      fc.array(text, { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ at: text }), { minLength: 1, maxLength: 2 }),
    ),
    { minKeys: 1, noNullPrototype: true },
  );
  const items = fc.dictionary(fc.constantFrom('constructor', '007', '7', 'null', 'a-b'), item, {
    minKeys: 1,
    noNullPrototype: true,
  });
  const documents = fc.record({ teams: items, people: items }, { noNullPrototype: true });
  fc.assert(
    fc.property(documents as fc.Arbitrary<DirectoryDocument>, (document) => {
      const read = readDirectoryFile(writeDirectoryFile(document));
      expect(read.ok && read.document).toEqual(document);
    }),
  );
});
