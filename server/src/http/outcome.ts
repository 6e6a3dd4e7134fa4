import type { OutcomeMessage } from '@rung/protocol/command.ts';
import type { Database } from '../db/open.ts';
import type { Settled } from '../db/settled.ts';
import { numberOf } from '../db/tickets.ts';

/** What became of a command, as its sender is told, with the number that its ticket has by now. */
export async function outcomeOf(
  db: Pick<Database, 'read'>,
  { uid, outcome, code, ticket: id }: Settled,
): Promise<OutcomeMessage> {
  const ticket = id === null ? null : { id, number: await numberOf(db, id) };
  return { uid, outcome, code, ticket };
}
