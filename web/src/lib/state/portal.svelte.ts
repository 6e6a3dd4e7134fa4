/** What a client's pages show: read from the server, and anew whenever it says that something changed. */

import type { PortalList, PortalWhole } from '@rung/protocol/portal.ts';
import { createQuery } from '@tanstack/svelte-query';
import { createContext } from 'svelte';
import type { Trouble } from '#lib/http/ask.ts';
import { portal } from '#lib/http/portal.ts';
import { startPokes } from '#lib/sync/poke.ts';
import { clock } from './clock.svelte.ts';
import { endOf, followedBy, reader } from './portions.ts';
import { newQueryClient, valueOf } from './query-client.ts';
import { useReading, type Reading } from './reading.ts';

export type { PortalEntry, PortalTicket, PortalWhole } from '@rung/protocol/portal.ts';
export type { Trouble } from '#lib/http/ask.ts';

/** The server's clock, as it was when it last answered: all that these pages say of time is by it. */
export class ServerClock {
  #offset = $state(0);

  /** ms; what reads it in a template is drawn anew each second. */
  get now(): number {
    return clock.now + this.#offset;
  }

  /** A moment that this device's own clock told. */
  of(at: number): number {
    return at + this.#offset;
  }

  hear(now: number): void {
    this.#offset = now - Date.now();
  }
}

export const [usePortalClock, providePortalClock] = createContext<ServerClock>();

/** Reads anew what is shown whenever something changed for this person. Answers how to stop. */
export function follow(person: string, reading: Reading, signedOut: () => void): () => void {
  const pokes = startPokes(person, () => reading.again(), signedOut);
  return () => pokes.stop();
}

const listKey = ['portal'];

/** The tickets of his company, the newest first; `readOlder` reads a portion more, and answers what kept it from that. */
export function portalQuery() {
  const as = reader();
  const time = usePortalClock();
  const client = useReading().client(newQueryClient);
  const known = () => client.getQueryData<PortalList>(listKey);

  async function read(before: number | null): Promise<PortalList> {
    const list = await valueOf(portal.tickets(as, before));
    time.hear(list.now);
    return list;
  }

  const query = createQuery(
    () => ({
      queryKey: listKey,
      async queryFn() {
        let list = await read(null);
        // Read anew as far as it was read: nothing that is on the screen goes away.
        while (list.hasMore && endOf(list) > endOf(known())) {
          list = followedBy(list, await read(endOf(list)));
        }
        return list;
      },
    }),
    () => client,
  );

  async function readOlder(): Promise<Trouble | null> {
    const answer = await portal.tickets(as, endOf(known()));
    if (!answer.ok) return answer.trouble;
    client.setQueryData<PortalList>(listKey, (list) => list && followedBy(list, answer.value));
    return null;
  }

  return { query, readOlder };
}

/** One ticket with its timeline. `first`: what the list knew of it, to be shown until it is read. */
export function portalTicketQuery(id: string) {
  const as = reader();
  const time = usePortalClock();
  const client = useReading().client(newQueryClient);
  const list = client.getQueryData<PortalList>(listKey);
  const query = createQuery(
    () => ({
      queryKey: ['portal', id],
      async queryFn(): Promise<PortalWhole> {
        const whole = await valueOf(portal.ticket(as, id));
        time.hear(whole.now);
        return whole;
      },
    }),
    () => client,
  );
  return { query, first: list?.tickets.find((ticket) => ticket.id === id) };
}
