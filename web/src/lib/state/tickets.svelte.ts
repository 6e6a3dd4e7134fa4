/** What is read from the server and kept only as long as the page lives. */

import type { TicketList } from '@rung/protocol/ticket-view.ts';
import { createQuery } from '@tanstack/svelte-query';
import { asked } from '#lib/http/asked.ts';
import type { Trouble } from '#lib/http/ask.ts';
import { endOf, followedBy, reader } from './portions.ts';
import { newQueryClient, valueOf } from './query-client.ts';
import { useReading } from './reading.ts';

export type { TicketView } from '@rung/protocol/ticket-view.ts';
export type { Trouble } from '#lib/http/ask.ts';

const listKey = ['tickets'];

/** The list, the newest first; `readOlder` reads a portion more, and answers what kept it from that. */
export function ticketsQuery() {
  const as = reader();
  const client = useReading().client(newQueryClient);
  const known = () => client.getQueryData<TicketList>(listKey);

  const query = createQuery(
    () => ({
      queryKey: listKey,
      async queryFn() {
        let list = await valueOf(asked.tickets(as, null));
        // Read anew as far as it was read: nothing that is on the screen goes away.
        while (list.hasMore && endOf(list) > endOf(known())) {
          list = followedBy(list, await valueOf(asked.tickets(as, endOf(list))));
        }
        return list;
      },
    }),
    () => client,
  );

  async function readOlder(): Promise<Trouble | null> {
    const answer = await asked.tickets(as, endOf(known()));
    if (!answer.ok) return answer.trouble;
    client.setQueryData<TicketList>(listKey, (list) => list && followedBy(list, answer.value));
    return null;
  }

  return { query, readOlder };
}

/** One ticket; what the list knows of it is there at once. */
export function ticketQuery(id: () => string) {
  const as = reader();
  const client = useReading().client(newQueryClient);
  return createQuery(
    () => ({
      queryKey: ['ticket', id()],
      queryFn: () => valueOf(asked.ticket(as, id())),
      initialData: () =>
        client.getQueryData<TicketList>(listKey)?.tickets.find((ticket) => ticket.id === id()),
      initialDataUpdatedAt: () => client.getQueryState(listKey)?.dataUpdatedAt,
    }),
    () => client,
  );
}
