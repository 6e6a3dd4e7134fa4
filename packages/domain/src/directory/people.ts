/** Questions about people that more than one room asks. */

import type { Directory, Person } from './directory.ts';

/** Whether somebody may administer this Rung. Until then it is not set up. */
export function hasAdmin(directory: Directory): boolean {
  return [...directory.person.values()].some(
    (person) => !person.disabled && person.roles.includes('admin'),
  );
}

/** The person with this key who may act; null = nobody, or somebody disabled. */
export function enabledPerson(directory: Directory, key: string | null): Person | null {
  const person = key === null ? undefined : directory.person.get(key);
  return person === undefined || person.disabled ? null : person;
}

/** The key of the enabled person with this address, given in lower case; null = none. Costs a look at everybody. */
export function personByEmail(directory: Directory, email: string): string | null {
  const found = [...directory.person].find(
    ([, person]) => person.email === email && !person.disabled,
  );
  return found?.[0] ?? null;
}
