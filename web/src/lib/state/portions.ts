/** Lists that are read from the server in portions, by number, the highest first. */

import { must } from '@rung/domain/base/must.ts';
import { useSession } from './session.svelte.ts';

/** The person whose screen this is, for as long as it lives. */
export function reader(): string {
  return must(useSession().person, 'a screen that reads belongs to a person').key;
}

type Numbered = { readonly tickets: readonly { readonly number: number }[] };

/** The lowest number that was read; before anything was, Infinity. */
export const endOf = (list: Numbered | undefined): number =>
  list?.tickets.at(-1)?.number ?? Infinity;

/** A list and the portion after it. */
export function followedBy<List extends Numbered & { readonly hasMore: boolean }>(
  list: List,
  older: List,
): List {
  const end = endOf(list);
  const more = older.tickets.filter(({ number }) => number < end);
  return { ...list, tickets: [...list.tickets, ...more], hasMore: older.hasMore };
}
