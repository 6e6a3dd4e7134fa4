/** What is done when the disk is full or the browser lost the database. */

import type { PersonDatabase } from './database.ts';
import { entriesOf } from './shelf.ts';

/**
 * Makes room, the cheapest loss first: timelines and pages of tickets on which nothing waits, the solved ones and the older
 * half of the others, for they can be asked for again; where there are none, settled commands, which only a server that
 * was restored would miss. Never the outbox, problems or drafts.
 */
export async function makeRoom(database: PersonDatabase): Promise<void> {
  const { settled, ticket, page } = database;
  const cold = await ticket.filter(({ waiting }) => waiting.length === 0).toArray();
  const isOver = (phase: string): boolean => phase === 'resolved' || phase === 'closed';
  const over = cold.filter(({ state }) => isOver(state.phase));
  const ongoing = cold.filter(({ state }) => !isOver(state.phase));
  let gone = 0;
  for (const { id } of [...over, ...ongoing.slice(0, Math.ceil(ongoing.length / 2))]) {
    gone += await entriesOf(database, id).delete();
    gone += await page.where('ticket').equals(id).delete();
  }
  if (gone === 0) await settled.clear();
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
