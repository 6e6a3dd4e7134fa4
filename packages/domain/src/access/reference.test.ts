import { expect, test } from 'vitest';
import { must } from '../base/must.ts';
import { type Directory, type Kind, kinds } from '../directory/directory.ts';
import { exampleDirectory } from '../directory/example.ts';
import { company } from '../escalation/test-company.ts';
import { referenceOf } from './reference.ts';

function all(directory: Directory): readonly (readonly [Kind, object | null])[] {
  return kinds.flatMap((kind) =>
    [...directory[kind].values()].map((item) => [kind, referenceOf(kind, item)] as const),
  );
}

test.each([
  ['the example', exampleDirectory],
  ['the test company', company],
])('no address of a person of %s is anybody’s to know', (_, directory) => {
  const text = JSON.stringify(all(directory));
  expect(text).toContain('Nordkalt');
  expect(text).not.toContain('@example.org');
  for (const { email } of directory.person.values()) expect(text).not.toContain(email);
});

test('contracts, calendars and which policy is current are none of theirs', () => {
  const hidden = [...all(exampleDirectory), ...all(company)]
    .filter(([, known]) => known === null)
    .map(([kind]) => kind);
  expect([...new Set(hidden)].sort()).toEqual(['calendar', 'contract', 'policy']);
});

test('of people and teams as much is known as rights are told by', () => {
  const { person, team, site } = exampleDirectory;
  expect(referenceOf('person', must(person.get('bernd'), 'bernd'))).toEqual({
    name: 'Bernd',
    roles: ['client'],
    client: 'bakery',
    ownTicketsOnly: true,
    disabled: false,
  });
  expect(referenceOf('team', must(team.get('cold'), 'cold'))).toEqual({
    name: 'Cold store',
    lead: 'lena',
    members: ['mara'],
    schedule: null,
  });
  expect(referenceOf('site', must(site.get('cellar'), 'cellar'))).toEqual({
    name: 'Cellar',
    client: 'bakery',
    address: null,
  });
});

test('a policy’s version is known as its ladder; its laps only where it names them', () => {
  const version = must(company['policy-version'].get('urgent@1'), 'urgent@1');
  expect(referenceOf('policy-version', version)).toEqual(version);
  expect(referenceOf('policy-version', version)).not.toHaveProperty('laps');
  expect(referenceOf('policy-version', { ...version, laps: 5 })).toHaveProperty('laps', 5);
});

test('whose turn it is in a rota is not known, only what it is called', () => {
  const rota = must(company.schedule.get('rota'), 'rota');
  expect(referenceOf('schedule', rota)).toEqual({ name: 'Rota', zone: 'Europe/Berlin' });
});

test('what is new of an item stays hidden', () => {
  const person = must(exampleDirectory.person.get('ada'), 'ada');
  const more = { ...person, phone: '+49 1' };
  expect(referenceOf('person', more)).not.toHaveProperty('phone');
});
