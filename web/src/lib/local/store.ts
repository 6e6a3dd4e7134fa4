import { isOpen, keptDraft, type Draft } from '@rung/sync/draft.ts';
import { blankForm } from '@rung/sync/form.ts';
import { liveQuery } from 'dexie';
import { PersonDatabase, type Engine } from './database.ts';
import { partsOf } from './shelf.ts';

/** What is here now. */
export type Held = {
  /** The oldest first (a ticket's id begins with the time it was made). */
  readonly drafts: readonly Draft[];
  /** Tickets whose drafts last only as long as this page. */
  readonly loose: readonly string[];
  /** False = this device keeps nothing, or no more. */
  readonly isReadable: boolean;
};

/**
 * What one person keeps on this device. What the device refuses to keep (no storage, no room) is loose: it lasts as long
 * as the page, can be sent all the same, and is offered to the device again with its next change.
 */
export class Store {
  readonly #person: string;
  readonly #engine: Engine | undefined;
  #database: PersonDatabase;
  readonly #loose = new Map<string, Draft>();
  readonly #listeners = new Set<() => void>();
  /** As last read; null = it cannot be read. */
  #stored: readonly Draft[] | null = [];

  constructor(person: string, engine?: Engine) {
    this.#person = person;
    this.#engine = engine;
    this.#database = new PersonDatabase(person, engine);
  }

  async drafts(): Promise<readonly Draft[]> {
    this.#stored = await this.#read();
    return this.#held().drafts;
  }

  isLoose(ticket: string): boolean {
    return this.#loose.has(ticket);
  }

  /**
   * Changes the draft in one transaction, as it is now and not as the caller last saw it; undefined = not there, to be
   * taken away, but for what is left of it where pictures belong to it. Answers what is here afterwards, once it is durable or loose. `known` stands in for what cannot be read.
   */
  async change(
    ticket: string,
    next: (draft: Draft | undefined) => Draft | undefined,
    known?: Draft,
  ): Promise<Draft | undefined> {
    const { draft, file } = this.#database;
    let stored = known;
    let after: Draft | undefined;
    try {
      await this.#database.transaction('rw', draft, file, async () => {
        const kept = await draft.get(ticket);
        stored = kept && keptDraft(kept);
        after = next(latest(stored, this.#loose.get(ticket)));
        if (
          after === undefined &&
          stored !== undefined &&
          (await this.#pictures(ticket)).length > 0
        ) {
          after = { ...stored, form: blankForm };
        }
        if (after === undefined) await draft.delete(ticket);
        else if (after !== stored) await draft.put(after);
      });
      this.#loose.delete(ticket);
    } catch {
      after = next(latest(stored, this.#loose.get(ticket)));
      if (after === undefined) this.#loose.delete(ticket);
      else this.#loose.set(ticket, after);
    }
    for (const listener of this.#listeners) listener();
    return after;
  }

  /** Takes the draft away with its pictures: its person said so. */
  async drop(ticket: string): Promise<void> {
    const { draft, file, file_part } = this.#database;
    try {
      await this.#database.transaction('rw', draft, file, file_part, async () => {
        for (const id of await this.#pictures(ticket)) {
          await file.delete(id);
          await partsOf(this.#database, id).delete();
        }
        await draft.delete(ticket);
      });
    } catch {
      // Nothing is kept here, or nothing more: what is loose goes all the same.
    }
    this.#loose.delete(ticket);
    for (const listener of this.#listeners) listener();
  }

  /** Hears what is here, now and after each change, from other tabs too. Answers how to stop. */
  watch(heard: (held: Held) => void): () => void {
    const tell = (): void => heard(this.#held());
    const watching = liveQuery(() => this.#read()).subscribe((stored) => {
      this.#stored = stored;
      tell();
    });
    this.#listeners.add(tell);
    // Where there is no IndexedDB at all, a live query says nothing.
    void this.drafts().then(tell);
    return () => {
      this.#listeners.delete(tell);
      watching.unsubscribe();
    };
  }

  /** From here on everything is loose, until `open`. */
  close(): void {
    this.#database.close();
  }

  open(): void {
    this.#database = new PersonDatabase(this.#person, this.#engine);
  }

  /** Deletes everything that this person kept on this device. */
  async wipe(): Promise<void> {
    this.#loose.clear();
    try {
      await this.#database.delete();
    } catch (cause) {
      if (this.#stored !== null) throw new Error('delete what was kept', { cause });
    }
  }

  /** Ids of what was taken for this draft. */
  #pictures(ticket: string): Promise<readonly string[]> {
    const all = this.#database.file.where('ticket').equals(ticket);
    return all.filter(({ state }) => state === 'draft').primaryKeys();
  }

  async #read(): Promise<readonly Draft[] | null> {
    try {
      return (await this.#database.draft.orderBy('ticket').toArray()).map(keptDraft);
    } catch {
      return null;
    }
  }

  #held(): Held {
    const drafts = new Map((this.#stored ?? []).map((draft) => [draft.ticket, draft]));
    const loose: string[] = [];
    for (const [ticket, draft] of this.#loose) {
      drafts.set(ticket, latest(drafts.get(ticket), draft) ?? draft);
      if (draft.standing.kind !== 'sent') loose.push(ticket);
    }
    return {
      drafts: [...drafts.values()].sort((one, other) => (one.ticket < other.ticket ? -1 : 1)),
      loose,
      isReadable: this.#stored !== null,
    };
  }
}

/** Loose words are the newer ones, unless another tab sent the report meanwhile. */
function latest(stored: Draft | undefined, loose: Draft | undefined): Draft | undefined {
  const wasSent = stored && loose && isOpen(loose) && !isOpen(stored);
  return wasSent ? stored : (loose ?? stored);
}
