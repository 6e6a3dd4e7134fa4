import type { Engine } from './database.ts';

/** Of the database. */
export function pagerName(person: string): string {
  return `rung-pager-${person}`;
}

/**
 * Whoever signs out is paged here no more. Another tab that still holds it open is done within a moment. Apart from the
 * rest (pager.ts), which a page needs once in a device's life.
 */
export function deletePager(
  person: string,
  engine: Pick<Engine, 'indexedDB'> = globalThis,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = engine.indexedDB.deleteDatabase(pagerName(person));
    asked.onsuccess = () => resolve();
    asked.onerror = () => reject(new Error('delete the pager', { cause: asked.error }));
  });
}
