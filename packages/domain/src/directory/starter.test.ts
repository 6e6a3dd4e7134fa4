import { expect, test } from 'vitest';
import { emptyDirectory, severities, ticketTypes, withChanges } from './directory.ts';
import { lintDirectory } from './lint.ts';
import { planDirectory } from './plan.ts';
import { policyFor } from './policy-for.ts';
import { starterDirectory } from './starter.ts';

const first = {
  organisation: 'Nordkalt',
  name: 'Mara Lindt',
  email: 'Mara@Nordkalt.example',
  zone: 'Europe/Berlin',
  language: 'de',
} as const;

test.each([
  ['Mara Lindt', 'mara-lindt'],
  ['Żaneta Groß-Łęcka', 'zaneta-gross-lecka'],
  ["  D'Arcy  O’Neill ", 'd-arcy-o-neill'],
  ['李小龙', 'admin'],
  ['x'.repeat(100), 'x'.repeat(63)],
])('an install by %s can take its first ticket', (name, key) => {
  const { person, draft } = starterDirectory({ ...first, name });
  expect(person).toBe(key);
  const empty = emptyDirectory();
  const begun = withChanges(empty, 1, planDirectory(empty, draft, { prune: false }));
  expect(lintDirectory(begun)).toEqual([]);
  expect(begun.person.get(key)).toMatchObject({
    email: 'mara@nordkalt.example',
    roles: ['staff', 'admin'],
  });
  for (const type of ticketTypes) {
    for (const severity of severities) {
      const ticket = { contract: null, team: 'service-desk', type, severity };
      expect(policyFor(begun, ticket)).toBe('standard');
    }
  }
});
