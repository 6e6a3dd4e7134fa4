import { newDraft, type Draft } from '@rung/sync/draft.ts';
import { createContext } from 'svelte';
import { Store } from '#lib/local/store.ts';
import type { Sending } from '#lib/sync/loop.ts';
import { startSending } from '#lib/sync/start.ts';
import { newUlid } from './new-ulid.ts';
import { Writing } from './writing.svelte.ts';

export type { Draft } from '@rung/sync/draft.ts';
export type { Sending } from '#lib/sync/loop.ts';

/** The reports of one person that are on this device and nowhere else, and how sending them goes. */
export class Reports {
  #drafts = $state.raw<readonly Draft[]>([]);
  #isRead = $state(false);
  #sending = $state.raw<Sending>({ kind: 'idle' });
  /** True when this device's storage failed: nothing can be kept here, and the screen must say so. */
  #isBroken = $state(false);
  readonly #person: string;
  readonly #store: Store;
  #ends: (() => void)[] = [];
  #kick: () => void = () => {};

  constructor(person: string) {
    this.#person = person;
    this.#store = new Store(person);
  }

  /** All of them, the oldest first. */
  get drafts(): readonly Draft[] {
    return this.#drafts;
  }

  get unsent(): readonly Draft[] {
    return this.#drafts.filter(({ standing }) => standing.kind === 'waiting');
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  get sending(): Sending {
    return this.#sending;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  start(): void {
    const loop = startSending(this.#person, this.#store, (sending) => (this.#sending = sending));
    this.#kick = loop.kick;
    const unwatch = this.#store.watch(
      (drafts) => {
        this.#drafts = drafts;
        this.#isRead = true;
      },
      () => {
        this.#isBroken = true;
        this.#isRead = true;
      },
    );
    this.#ends = [loop.stop, unwatch];
  }

  stop(): void {
    for (const end of this.#ends) end();
    this.#store.close();
  }

  /** Tries to send what waits, now. */
  sendNow(): void {
    this.#kick();
  }

  /** The draft with this id, else the newest unfinished one, else a new one. null = the named one is not here (any more). */
  async open(ticket: string | null): Promise<Writing | null> {
    const drafts = await this.#store.drafts().catch((): Draft[] => {
      this.#isBroken = true;
      return [];
    });
    const found =
      ticket === null
        ? drafts.findLast(({ standing }) => standing.kind === 'writing')
        : drafts.find((draft) => draft.ticket === ticket);
    if (ticket !== null && found === undefined) return null;
    const draft = found ?? newDraft(newUlid(), newUlid(), Date.now());
    return new Writing(this.#store, draft, found !== undefined, () => this.#kick());
  }

  /** Takes the words away for good: the person said so. */
  async discard(ticket: string): Promise<void> {
    await this.#store.remove(ticket);
  }

  /** Deletes everything this person kept on this device. */
  async wipe(): Promise<void> {
    this.stop();
    await this.#store.wipe();
  }
}

export const [useReports, provideReports] = createContext<() => Reports>();
