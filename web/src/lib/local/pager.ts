/**
 * The second, small database: what a push needs at once. One fixed version and no Dexie, so that no old tab and no upgrade
 * ever stands in the way of a page at night: it opens in half a second, or says that it did not.
 */

import type { Engine } from './database.ts';
import { pagerName } from './delete-pager.ts';

export type Pager = {
  readonly device: string;
  /** Told by the server once; stands in for the person where there is no session. */
  readonly secret: string;
  readonly person: string;
  readonly language: string;
  /** Show that there is a page, not what it is about. */
  readonly hideDetails: boolean;
  /** Pages that were taken back; the newest last, at most `mostWithdrawn`. */
  readonly withdrawn: readonly string[];
};

export const mostWithdrawn = 100;

const patienceMs = 500;
const shelf = 'pager';
const theOne = 'it';

type Alarm = (ms: number, run: () => void) => () => void;

/** null = this person has none here. `failed`: it did not open in time, or this device keeps nothing. */
export async function readPager(
  person: string,
  engine: Pick<Engine, 'indexedDB'> = globalThis,
  later: Alarm = alarm,
): Promise<{ readonly kind: 'open'; readonly pager: Pager | null } | { readonly kind: 'failed' }> {
  let found: Pager | null = null;
  const isDone = await within(person, engine, later, 'readonly', (store) => {
    const asked = store.get(theOne);
    asked.onsuccess = () => (found = (asked.result as Pager | undefined) ?? null);
  });
  return isDone ? { kind: 'open', pager: found } : { kind: 'failed' };
}

/** Changes it as it is now, in one transaction; null = none. Answers whether it was kept. */
export function changePager(
  person: string,
  change: (pager: Pager | null) => Pager | null,
  engine: Pick<Engine, 'indexedDB'> = globalThis,
  later: Alarm = alarm,
): Promise<boolean> {
  return within(person, engine, later, 'readwrite', (store) => {
    const asked = store.get(theOne);
    asked.onsuccess = () => {
      const next = change((asked.result as Pager | undefined) ?? null);
      try {
        if (next === null) store.delete(theOne);
        else store.put({ ...next, withdrawn: next.withdrawn.slice(-mostWithdrawn) }, theOne);
      } catch {
        // A browser without room may throw at once: here nobody would catch it.
        store.transaction.abort();
      }
    };
  });
}

/** One transaction, opened for it and closed after it: nobody holds this database. False = it did not end well, or not in time. */
function within(
  person: string,
  { indexedDB }: Pick<Engine, 'indexedDB'>,
  later: Alarm,
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    let database: IDBDatabase | null = null;
    let isOver = false;
    const end = (isDone: boolean): void => {
      isOver = true;
      cancel();
      database?.close();
      resolve(isDone);
    };
    const cancel = later(patienceMs, () => end(false));
    try {
      const asked = indexedDB.open(pagerName(person), 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(shelf);
      asked.onerror = () => end(false);
      asked.onsuccess = () => {
        database = asked.result;
        // Given up meanwhile: an open that comes late holds nothing.
        if (isOver) return database.close();
        database.onversionchange = () => database?.close();
        try {
          const transaction = database.transaction(shelf, mode, { durability: 'strict' });
          transaction.oncomplete = () => end(true);
          transaction.onabort = () => end(false);
          run(transaction.objectStore(shelf));
        } catch {
          end(false);
        }
      };
    } catch {
      // No IndexedDB at all.
      end(false);
    }
  });
}

function alarm(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
