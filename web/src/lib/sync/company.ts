import type { Company } from '@rung/domain/access/scopes.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import type { Writing } from '../local/shelf.ts';

type Person = Company['person'] extends ReadonlyMap<string, infer One> ? One : never;
type Team = Company['team'] extends ReadonlyMap<string, infer One> ? One : never;

/**
 * As much of the company as says what this person may do to this ticket; null = the device was not told yet, and only the
 * server can say.
 */
export async function companyAround(
  { ref }: Writing,
  person: string,
  ticket: Ticket | null,
): Promise<Company | null> {
  const key = ticket?.team ?? null;
  const asked = [['person', person] as const, ...(key === null ? [] : [['team', key] as const])];
  const [self, team] = await ref.many(asked);
  if (self === undefined) return null;
  if (key !== null && team === undefined) return null;
  return {
    person: new Map([[person, self.item as unknown as Person]]),
    team: new Map(key === null || team === undefined ? [] : [[key, team.item as unknown as Team]]),
  };
}
