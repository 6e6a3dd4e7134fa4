import type { Page } from 'playwright-core';

/** Every row of one table of what this person keeps on the device, as it stands on its disk. */
export const onDisk = (page: Page, person: string, table: string): Promise<readonly unknown[]> =>
  page.evaluate(
    ([database, name]) =>
      new Promise<readonly unknown[]>((resolve, reject) => {
        const opening = indexedDB.open(database);
        opening.onerror = reject;
        opening.onsuccess = () => {
          const asking = opening.result.transaction(name).objectStore(name).getAll();
          asking.onerror = reject;
          asking.onsuccess = () => {
            opening.result.close();
            resolve(asking.result);
          };
        };
      }),
    [`rung-${person}`, table] as const,
  );
