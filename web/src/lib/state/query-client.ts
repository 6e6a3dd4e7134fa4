/** How screens read from the server: again and again while it does not answer, and anew each minute. */

import { nextExchange } from '@rung/sync/next-exchange.ts';
import { QueryClient } from '@tanstack/svelte-query';
import type { Answer, Trouble } from '#lib/http/ask.ts';
import { longestReadWaitMs, temporary } from './read-again.ts';

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

/** @throws NoAnswer, as queries want it. */
export async function valueOf<Value>(asked: Promise<Answer<Value>>): Promise<Value> {
  const answer = await asked;
  if (!answer.ok) throw new NoAnswer(answer.trouble);
  return answer.value;
}

export function newQueryClient(): QueryClient {
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
