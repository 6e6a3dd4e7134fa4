import { Dexie, liveQuery } from 'dexie';
import { PersonDatabase, type Engine } from './database.ts';
import { deletePager } from './delete-pager.ts';
import { readingOf, type Reading } from './reading.ts';
import { isLost, isNoRoom, makeRoom } from './room.ts';
import { writingOf, type Writing } from './shelf.ts';

/** What `watchLater` knows of time: ms, and what runs after some. */
export type Time = {
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => unknown;
};
const time: Time = {
  now: () => performance.now(),
  after: (ms, run) => setTimeout(run, ms),
};

/**
 * What one person's device holds: the rows of his scopes, and what waits to be sent. Drafts stand in the same database
 * (store.ts).
 *
 * 1. `apply` is one transaction: after a crash it has happened whole or not at all.
 * 2. Nothing here gives up the outbox, problems or drafts, not even for want of room.
 */
export class Local {
  readonly person: string;
  readonly engine: Engine | undefined;
  #database: PersonDatabase;
  /** By us: then nobody opens it again by asking. */
  #isClosed = false;

  constructor(person: string, engine?: Engine) {
    this.person = person;
    this.engine = engine;
    this.#database = new PersonDatabase(person, engine);
  }

  /** What `look` finds. @throws when this device keeps nothing. */
  read<Value>(look: (reading: Reading) => Promise<Value>): Promise<Value> {
    return this.#lasting(() => look(readingOf(this.#database)));
  }

  /** Hears what `look` finds, now and whenever it may have changed, by other tabs and the worker too. Answers how to stop. */
  watch<Value>(
    look: (reading: Reading) => Promise<Value>,
    heard: (value: Value) => void,
    failed: (cause: unknown) => void = () => {},
  ): () => void {
    // Where there is no IndexedDB at all, a live query says nothing.
    if (globalThis.indexedDB === undefined) void this.read(look).then(heard, failed);
    const watching = liveQuery(async () => this.read(look)).subscribe(heard, failed);
    return () => watching.unsubscribe();
  }

  /**
   * The same for what may follow the screen: `look` is asked `ms` after the first change that was not heard of yet, so that what was
   * done is shown first, and changes without a pause do not put it off.
   */
  watchLater<Value>(
    ms: number,
    look: (reading: Reading) => Promise<Value>,
    heard: (value: Value) => void,
    failed?: (cause: unknown) => void,
    { now, after }: Time = time,
  ): () => void {
    // The first time there is nothing to wait for. A look that a change overtakes is asked anew: it has its moment already.
    let dueAt: number | null = now();
    const lookLater = async (reading: Reading): Promise<Value> => {
      dueAt ??= now() + ms;
      const left = dueAt - now();
      if (left > 0) await this.later(left, after);
      return look(reading);
    };
    const hear = (value: Value): void => {
      dueAt = null;
      heard(value);
    };
    return this.watch(lookLater, hear, failed);
  }

  /**
   * One read-write transaction over everything, for lib/sync; resolves when it is durable. Inside it nothing but `writing`
   * is waited for. It runs once more when the connection was lost or there was no room: commands know themselves by uid.
   * @throws when this device keeps nothing, or no more.
   */
  apply<Value>(write: (writing: Writing) => Promise<Value>): Promise<Value> {
    return this.#lasting(() => {
      const database = this.#database;
      // `async` is more than style, here and in `watch`: by it Dexie knows that there will be native awaits to follow.
      return database.transaction('rw', database.tables, async () => write(writingOf(database)));
    });
  }

  /** Waits inside a `look`: by a promise of Dexie's, for after another one it would not know what is looked at. */
  later(ms: number, after = time.after): PromiseLike<void> {
    return new Dexie.Promise((resolve) => void after(ms, resolve));
  }

  close(): void {
    this.#isClosed = true;
    this.#database.close();
  }

  open(): void {
    this.#isClosed = false;
    this.#database = new PersonDatabase(this.person, this.engine);
  }

  /** Deletes everything that this person kept on this device, drafts and pager too. */
  async wipe(): Promise<void> {
    this.#isClosed = true;
    await this.#database.delete();
    await deletePager(this.person, this.engine);
  }

  async #lasting<Value>(run: () => Promise<Value>): Promise<Value> {
    const database = this.#database;
    try {
      return await run();
    } catch (cause) {
      if (isNoRoom(cause)) await makeRoom(database);
      else if (this.#isClosed || !isLost(cause)) throw cause;
      else if (this.#database === database) {
        database.close();
        this.open();
      }
    }
    return run();
  }
}
