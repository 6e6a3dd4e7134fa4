import { emptyDirectory, withChanges } from '@rung/domain/directory/directory.ts';
import { expect, test } from 'vitest';
import { planDraft } from '../../apply/plan-draft.ts';
import { cast, silent } from './cast.ts';
import { companyDraft } from './company.ts';

function company() {
  const empty = emptyDirectory();
  const plan = planDraft({ directory: empty, teamsInUse: new Set() }, companyDraft(), false);
  if (!plan.ok) throw new Error(JSON.stringify(plan.refusal));
  return withChanges(empty, 1, plan.value.changes);
}

test('it is a whole directory, and everybody in it is made up', () => {
  const { person } = company();
  expect(person.size).toBeGreaterThan(14);
  for (const { email } of person.values()) expect(email).toMatch(/\.example$/);
});

test('whom a visitor can be is what he is offered as', () => {
  const { person, team } = company();
  const roles = cast.map(({ key, part }) => [part, person.get(key)?.roles.join()]);
  expect(roles).toEqual([
    ['technician', 'staff'],
    ['responder', 'staff'],
    ['dispatcher', 'staff,dispatcher'],
    ['lead', 'staff'],
    ['manager', 'staff,manager'],
    ['client', 'client'],
    ['client', 'client'],
  ]);
  const lead = cast.find(({ part }) => part === 'lead')?.key;
  expect([...team.values()].some((one) => one.lead === lead)).toBe(true);
  const clients = cast.flatMap(({ key }) => person.get(key)?.client ?? []);
  expect(new Set(clients).size).toBe(2);
  expect(person.has(silent)).toBe(true);
});

test('nobody whom a visitor can be may change the directory', () => {
  const { person } = company();
  expect(cast.filter(({ key }) => person.get(key)?.roles.includes('admin'))).toEqual([]);
});
