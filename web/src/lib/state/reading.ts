import type { QueryClient } from '@tanstack/svelte-query';
import { createContext } from 'svelte';

/**
 * What was read from the server, kept as long as one person's desk lives. The first screen that reads makes the client:
 * the report form reads without one, and need not load it.
 */
export class Reading {
  #client: QueryClient | null = null;

  client(make: () => QueryClient): QueryClient {
    if (this.#client === null) {
      this.#client = make();
      this.#client.mount();
    }
    return this.#client;
  }

  /** Reads anew what is on the screen: the server is there again, or knows more. */
  again(): void {
    void this.#client?.invalidateQueries();
  }

  stop(): void {
    this.#client?.unmount();
  }
}

export const [useReading, provideReading] = createContext<Reading>();
