/** What is read from the server and kept only as long as the page lives. */

import { must } from '@rung/domain/base/must.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import type { TicketList } from '@rung/protocol/ticket-view.ts';
import { createQuery, QueryClient } from '@tanstack/svelte-query';
import { asked } from '#lib/http/asked.ts';
import type { Answer, Trouble } from '#lib/http/ask.ts';
import { longestReadWaitMs, temporary } from './read-again.ts';
import { useReading } from './reading.ts';
import { useSession } from './session.svelte.ts';

export type { TicketView } from '@rung/protocol/ticket-view.ts';
export type { Trouble } from '#lib/http/ask.ts';

export class NoAnswer extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.kind);
    this.trouble = trouble;
  }
}

declare module '@tanstack/svelte-query' {
  interface Register {
    defaultError: NoAnswer;
  }
}

async function valueOf<Value>(asked: Promise<Answer<Value>>): Promise<Value> {
  const answer = await asked;
  if (!answer.ok) throw new NoAnswer(answer.trouble);
  return answer.value;
}

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Ask, whatever the browser believes about the network.
        networkMode: 'always',
        refetchOnReconnect: true,
        refetchInterval: 60_000,
        retry: (_, { trouble }) => temporary.includes(trouble.kind),
        retryDelay: (failures, { trouble: { retryAfterMs } }) =>
          Math.min(
            longestReadWaitMs,
            nextExchange({ failures: failures + 1, retryAfterMs, lot: Math.random() }),
          ),
      },
    },
  });
}

/** The person whose screen this is, for as long as it lives. */
function reader(): string {
  return must(useSession().person, 'a screen that reads belongs to a person').key;
}

const listKey = ['tickets'];

const followedBy = (list: TicketList, older: TicketList): TicketList => {
  const end = endOf(list);
  return {
    tickets: [...list.tickets, ...older.tickets.filter(({ number }) => number < end)],
    hasMore: older.hasMore,
  };
};

const endOf = (list: TicketList | undefined): number => list?.tickets.at(-1)?.number ?? Infinity;

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
