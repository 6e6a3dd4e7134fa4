/** What is read from the server and kept only as long as the page lives. */

import { must } from '@rung/domain/base/must.ts';
import { nextExchange } from '@rung/sync/next-exchange.ts';
import type { TicketList } from '@rung/protocol/ticket-view.ts';
import {
  createInfiniteQuery,
  createQuery,
  type InfiniteData,
  QueryClient,
  setQueryClientContext,
  useQueryClient,
} from '@tanstack/svelte-query';
import { api } from '#lib/http/api.ts';
import type { Answer, Trouble } from '#lib/http/ask.ts';
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

const temporary: readonly Trouble['kind'][] = ['unreachable', 'busy', 'broken', 'too-many'];
/** Somebody looks at the screen: half a minute is long. */
const longestReadWaitMs = 30_000;

/** What was read so far, for all screens below the caller. */
export class Reading {
  readonly #client = newQueryClient();

  constructor() {
    setQueryClientContext(this.#client);
  }

  start(): () => void {
    this.#client.mount();
    return () => this.#client.unmount();
  }

  /** Reads anew what is on the screen: the server is there again, or knows more. */
  again(): void {
    void this.#client.invalidateQueries();
  }
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

/** The list in portions, the newest first: `fetchNextPage` reads the next one. */
export function ticketsQuery() {
  const as = reader();
  return createInfiniteQuery(() => ({
    queryKey: ['tickets'],
    queryFn: ({ pageParam }) => valueOf(api.tickets(as, pageParam)),
    initialPageParam: null as number | null,
    getNextPageParam: ({ tickets, hasMore }: TicketList) =>
      hasMore ? tickets.at(-1)?.number : undefined,
  }));
}

/** One ticket; what the list knows of it is there at once. */
export function ticketQuery(id: () => string) {
  const as = reader();
  const client = useQueryClient();
  return createQuery(() => ({
    queryKey: ['ticket', id()],
    queryFn: () => valueOf(api.ticket(as, id())),
    initialData: () =>
      client
        .getQueryData<InfiniteData<TicketList>>(['tickets'])
        ?.pages.flatMap(({ tickets }) => tickets)
        .find((ticket) => ticket.id === id()),
    initialDataUpdatedAt: () => client.getQueryState(['tickets'])?.dataUpdatedAt,
  }));
}

export function referenceQuery() {
  const as = reader();
  return createQuery(() => ({
    queryKey: ['reference'],
    queryFn: () => valueOf(api.reference(as)),
  }));
}
