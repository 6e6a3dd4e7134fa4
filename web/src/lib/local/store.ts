import type { Draft } from '@rung/sync/draft.ts';
import Dexie, { liveQuery, type EntityTable } from 'dexie';

class PersonDatabase extends Dexie {
  declare readonly draft: EntityTable<Draft, 'ticket'>;

  constructor(person: string) {
    // Strict: what was said to be kept is on the disk, not in a buffer that dies with the battery.
    super(`rung-${person}`, { chromeTransactionDurability: 'strict' });
    this.version(1).stores({ draft: 'ticket' });
    // Another tab upgrades or deletes it: let go, so that nobody waits for us. Dexie opens it again when asked. `false`
    // keeps Dexie from doing the same with a warning.
    this.on('versionchange', () => {
      this.close({ disableAutoOpen: false });
      return false;
    });
  }
}

/** What one person keeps on this device. Every promise resolves when it is durable. */
export class Store {
  readonly #database: PersonDatabase;

  constructor(person: string) {
    this.#database = new PersonDatabase(person);
  }

  /** All drafts, the oldest first (a ticket's id begins with the time it was made). */
  drafts(): Promise<Draft[]> {
    return this.#database.draft.orderBy('ticket').toArray();
  }

  draft(ticket: string): Promise<Draft | undefined> {
    return this.#database.draft.get(ticket);
  }

  async put(draft: Draft): Promise<void> {
    await this.#database.draft.put(draft);
  }

  /**
   * Changes the draft in one transaction, as it is now and not as the caller last saw it; null takes it away. A draft
   * that is not there stays away.
   */
  async change(ticket: string, next: (draft: Draft) => Draft | null): Promise<void> {
    const { draft } = this.#database;
    await this.#database.transaction('rw', draft, async () => {
      const before = await draft.get(ticket);
      if (before === undefined) return;
      const after = next(before);
      if (after === null) await draft.delete(ticket);
      else if (after !== before) await draft.put(after);
    });
  }

  async remove(ticket: string): Promise<void> {
    await this.#database.draft.delete(ticket);
  }

  /** Hears all drafts now and after each change, from other tabs too. Answers how to stop. */
  watch(heard: (drafts: Draft[]) => void, failed: (error: unknown) => void): () => void {
    const watching = liveQuery(() => this.drafts()).subscribe({ next: heard, error: failed });
    return () => watching.unsubscribe();
  }

  close(): void {
    this.#database.close();
  }

  /** Deletes everything that this person kept on this device. */
  async wipe(): Promise<void> {
    await this.#database.delete();
  }
}
