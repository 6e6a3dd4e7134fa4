import type { HeldRef } from './this-device.svelte.ts';

/** Whoever looks over the work of others has a queue: by his role, or because he leads a team. */
export function looksOver(
  person: string,
  roles: readonly string[],
  teams: readonly HeldRef[],
): boolean {
  const wide = ['dispatcher', 'manager', 'admin'];
  return (
    roles.some((role) => wide.includes(role)) || teams.some(({ item }) => item['lead'] === person)
  );
}
