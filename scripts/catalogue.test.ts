import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const textsOf = (language: string): readonly string[] =>
  Object.keys(JSON.parse(read(`packages/messages/catalogue/${language}.json`)) as object).filter(
    (name) => !name.startsWith('$'),
  );

test('whoever translates has the same texts before him', () => {
  expect(textsOf('de')).toEqual(textsOf('en'));
});

test('every text is said somewhere', () => {
  const sources = globSync('{web,server,packages/{domain,messages}}/src/**/*.{ts,svelte}', {
    cwd: root,
    exclude: ['**/compiled/**', '**/*.test.ts'],
  });
  const words = new Set(sources.flatMap((path) => read(path).match(/\w+/g) ?? []));
  expect(textsOf('en').filter((name) => !words.has(name))).toEqual([]);
});
