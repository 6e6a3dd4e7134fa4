/** What is read from the server and kept only as long as the page lives. */

import { nextExchange } from '@rung/sync/next-exchange.ts';
import { createQuery, QueryClient, setQueryClientContext } from '@tanstack/svelte-query';
import { api } from '#lib/http/api.ts';
import type { Answer, Trouble } from '#lib/http/ask.ts';

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

  /** Forgets everything: another person sits here now. */
  forget(): void {
    this.#client.clear();
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

export const ticketsQuery = () =>
  createQuery(() => ({ queryKey: ['tickets'], queryFn: () => valueOf(api.tickets()) }));

export const ticketQuery = (id: () => string) =>
  createQuery(() => ({ queryKey: ['ticket', id()], queryFn: () => valueOf(api.ticket(id())) }));

export const referenceQuery = () =>
  createQuery(() => ({ queryKey: ['reference'], queryFn: () => valueOf(api.reference()) }));
