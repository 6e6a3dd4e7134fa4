import { createContext } from 'svelte';
import { myPages, ticketsOf, unanswered, type MyPage } from './my-pages.ts';
import type { ThisDevice } from './this-device.svelte.ts';

export { unanswered, type MyPage } from './my-pages.ts';

/** What every screen knows of its person's pages. Of a client's person, who has no device, nothing. */
export class MyPages {
  readonly #person: string;
  readonly #device: ThisDevice | null;
  #all = $state.raw<readonly MyPage[] | undefined>();
  readonly #waiting = $derived(unanswered(this.#all ?? []));

  constructor(person: string, device: ThisDevice | null) {
    this.#person = person;
    this.#device = device;
  }

  /** Until its answer is called. */
  follow(): (() => void) | undefined {
    return this.#device?.watchLater(
      async (reading) => {
        const pages = await reading.pagesOf(this.#person);
        const tickets = await reading.ticketsBy(ticketsOf(pages));
        return myPages(this.#person, pages, tickets);
      },
      (all) => (this.#all = all),
    );
  }

  /** In the order of the list; undefined = not read yet. */
  get all(): readonly MyPage[] | undefined {
    return this.#all;
  }

  /** What waits for an answer, the most urgent first. */
  get waiting(): readonly MyPage[] {
    return this.#waiting;
  }

  /** The most urgent page that rings; null = none does. */
  get loudest(): MyPage | null {
    return this.#waiting.find(({ severity }) => severity === 'S1') ?? null;
  }
}

export const [useMyPages, provideMyPages] = createContext<MyPages>();
