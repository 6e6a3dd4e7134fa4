/** What is done when the disk is full or the browser lost the database. */

import type { PersonDatabase } from './database.ts';
import { entriesOf } from './shelf.ts';

/**
 * Makes room, the cheapest loss first: commands that the server has settled long ago, then timelines and pages of tickets
 * on which nothing waits, those that are solved before others. They can be asked for again. Never the outbox, problems
 * or drafts.
 */
export async function makeRoom(database: PersonDatabase): Promise<void> {
  const { settled, ticket, page } = database;
  if ((await settled.count()) > 0) return settled.clear();
  const cold = await ticket.filter(({ waiting }) => waiting.length === 0).toArray();
  const isOver = (phase: string): boolean => phase === 'resolved' || phase === 'closed';
  const over = cold.filter(({ state }) => isOver(state.phase));
  // Of those that go on: the older half.
  const ongoing = cold.filter(({ state }) => !isOver(state.phase));
  for (const { id } of [...over, ...ongoing.slice(0, Math.ceil(ongoing.length / 2))]) {
    await entriesOf(database, id).delete();
    await page.where('ticket').equals(id).delete();
  }
}

/** Whether there was no room on the disk. */
export function isNoRoom(cause: unknown): boolean {
  return isNamed(cause, ['QuotaExceededError']);
}

/**
 * Whether the connection to the database broke under our hands: a new one works. Browsers do that after a sleep or under
 * pressure (WebKit says UnknownError, "Connection to Indexed Database server lost"), and another tab's upgrade does.
 */
export function isLost(cause: unknown): boolean {
  return isNamed(cause, ['UnknownError', 'InvalidStateError', 'DatabaseClosedError']);
}

/** Dexie wraps what the browser threw, one in another. */
function isNamed(cause: unknown, names: readonly string[]): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  const { name, inner, failures } = cause as {
    readonly name?: string;
    readonly inner?: unknown;
    readonly failures?: readonly unknown[];
  };
  return (
    (name !== undefined && names.includes(name)) ||
    isNamed(inner, names) ||
    isNamed(failures?.[0], names)
  );
}
