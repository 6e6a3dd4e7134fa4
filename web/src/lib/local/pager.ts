/**
 * The second, small database: what a push needs at once. One fixed version and no Dexie, so that no old tab and no upgrade
 * ever stands in the way of a page at night: it opens in half a second, or says that it did not.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Language, Severity } from '@rung/domain/directory/directory.ts';
import type { Engine } from './database.ts';
import { pagerName } from './delete-pager.ts';

export type Pager = {
  readonly device: string;
  /** Told by the server once; stands in for the person where there is no session. */
  readonly secret: string;
  readonly person: string;
  /** For words that come with no push; null = not known. */
  readonly language: Language | null;
  /** Its person wants pages here. */
  readonly isOn: boolean;
  /** Show that there is a page, not what it is about. */
  readonly hideDetails: boolean;
  /** Pages that were taken back within a day; the newest last. */
  readonly over: readonly Over[];
  /** What its person answered while nothing else opened here; the oldest first. */
  readonly answers: readonly KeptAnswer[];
  /** What was shown or opened here, and not told yet; the newest last. */
  readonly receipts: readonly Receipt[];
};

/** A push has no order: a page that comes after this shows this. */
export type Over = {
  readonly page: string;
  readonly title: string;
  readonly body: string;
  /** The server's clock when it was written. */
  readonly at: Instant;
  /** The device's when it came. */
  readonly heardAt: Instant;
};

/** An answer to a page, as its notification gave it. */
export type KeptAnswer = {
  /** ULID. */
  readonly uid: string;
  readonly ticket: string;
  readonly page: string;
  readonly answer: 'acknowledge';
  readonly seen: { readonly generation: number; readonly severity: Severity };
  /** The device's clock when its person answered. */
  readonly at: Instant;
};

export type Receipt = {
  /** Id of the notification. */
  readonly notification: string;
  readonly kind: 'displayed' | 'opened';
};

/** For a device that begins. */
export const newPager: Omit<Pager, 'device' | 'secret' | 'person'> = {
  language: null,
  isOn: false,
  hideDetails: false,
  over: [],
  answers: [],
  receipts: [],
};

/** How many pages that were taken back, and receipts, are kept at most. */
export const mostOver = 100;
export const mostReceipts = 50;
/** Longer than any push waits. */
export const overMs = 24 * 60 * 60_000;

const patienceMs = 500;
const shelf = 'pager';
const theOne = 'it';

/** Runs it after so many ms, unless that is taken back. */
export type Alarm = (ms: number, run: () => void) => () => void;

/** null = this person has none here. `failed`: it did not open in time, or this device keeps nothing. */
export async function readPager(
  person: string,
  engine: Pick<Engine, 'indexedDB'> = globalThis,
  later: Alarm = alarm,
): Promise<{ readonly kind: 'open'; readonly pager: Pager | null } | { readonly kind: 'failed' }> {
  let found: Pager | null = null;
  const isDone = await within(person, engine, later, 'readonly', never, (store) => {
    const asked = store.get(theOne);
    asked.onsuccess = () => (found = whole(asked.result));
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
  const begins = (): boolean => change(null) !== null;
  return within(person, engine, later, 'readwrite', begins, (store) => {
    const asked = store.get(theOne);
    asked.onsuccess = () => {
      const next = change(whole(asked.result));
      try {
        if (next === null) store.delete(theOne);
        else store.put(bounded(next), theOne);
      } catch {
        // A browser without room may throw at once: here nobody would catch it.
        store.transaction.abort();
      }
    };
  });
}

/** Everybody's in this browser; null = it does not say (Firefox before 126). */
export async function pagersHere(
  engine: Pick<Engine, 'indexedDB'> = globalThis,
): Promise<readonly Pager[] | null> {
  try {
    const all = await engine.indexedDB.databases();
    const prefix = pagerName('');
    const persons = all.flatMap(({ name }) =>
      name?.startsWith(prefix) ? name.slice(prefix.length) : [],
    );
    const asked = await Promise.all(persons.map((person) => readPager(person, engine)));
    return asked.flatMap((one) => (one.kind === 'open' && one.pager !== null ? [one.pager] : []));
  } catch {
    return null;
  }
}

function never(): boolean {
  return false;
}

/** An earlier version of the app kept less. */
function whole(stored: unknown): Pager | null {
  return stored === undefined ? null : { ...newPager, ...(stored as Pager) };
}

function bounded(pager: Pager): Pager {
  const { over, receipts } = pager;
  return { ...pager, over: over.slice(-mostOver), receipts: receipts.slice(-mostReceipts) };
}

/** One transaction, opened for it and closed after it: nobody holds this database. False = it did not end well, or not in time. */
function within(
  person: string,
  { indexedDB }: Pick<Engine, 'indexedDB'>,
  later: Alarm,
  mode: IDBTransactionMode,
  /** Whether it is made where there is none. */
  begins: () => boolean,
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
      let isThere = true;
      asked.onupgradeneeded = () => {
        if (begins()) return void asked.result.createObjectStore(shelf);
        // Who only looks, or finds nothing to change, leaves nothing behind.
        isThere = false;
        asked.transaction?.abort();
      };
      asked.onerror = (event) => {
        event.preventDefault();
        end(!isThere);
      };
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

export function alarm(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
