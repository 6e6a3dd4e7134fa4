import type { Entry, HeldTicket } from '#lib/state/this-device.svelte.ts';
import type { Findable } from './search-index.ts';

/** Names of what the device knows of the directory, by kind and key. */
export type Naming = (kind: 'site' | 'client' | 'asset' | 'person', key: string) => string;

/** `said`: what stands in its timeline, where that was read. */
export function findableOf(
  { id, number, state }: HeldTicket,
  name: Naming,
  said: string,
): Findable {
  const { title, description, site, client, asset, owner, coResponders } = state;
  const places = [['site', site] as const, ['client', client] as const, ['asset', asset] as const];
  const people = [...(owner === null ? [] : [owner]), ...coResponders];
  return {
    id,
    number,
    called: `${number ?? ''} ${id.slice(-4)}`,
    title,
    description,
    place: places.flatMap(([kind, key]) => (key === null ? [] : [name(kind, key)])).join(', '),
    who: people.map((key) => name('person', key)).join(', '),
    said,
  };
}

/** What people said of a ticket since it was reported, the oldest first. */
export function saidOf(entries: readonly Entry[]): string {
  return entries
    .flatMap(({ event }) => {
      if (event.name === 'progressed' || event.name === 'commented' || event.name === 'transferred')
        return [event.args.note];
      if (event.name === 'resolved') return [event.args.resolution];
      if (event.name === 'reopened' || event.name === 'severity-changed')
        return [event.args.reason];
      return [];
    })
    .filter((words) => words !== '')
    .join('\n');
}
