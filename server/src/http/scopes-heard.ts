import { may } from '@rung/domain/access/may.ts';
import { personScope, scopesOf } from '@rung/domain/access/scopes.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';

/**
 * Of which scopes a person is told that something changed: of those he may read, and no others. A client is no device
 * and has no scopes of his own: his company is one here. null = he may not listen at all.
 */
export function scopesHeard(key: string, directory: Directory): readonly string[] | null {
  const person = enabledPerson(directory, key);
  if (person === null) return null;
  if (!may({ kind: 'person', person: key, roles: person.roles }, 'live.listen')) return null;
  const own = scopesOf(key, directory);
  if (own.length > 0) return own;
  return person.client === null || person.ownTicketsOnly
    ? [personScope(key)]
    : [personScope(key), `client:${person.client}`];
}
