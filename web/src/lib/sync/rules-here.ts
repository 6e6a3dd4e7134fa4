/**
 * The rules weigh on every page that is only read: they are fetched when something waits or somebody acts, and ahead of
 * that at the first touch. Offline they come from the worker's cache.
 */

import type * as Rules from './rules.ts';

let here: typeof Rules | null = null;
let coming: Promise<typeof Rules> | null = null;

/** null = not fetched yet. */
export function rulesHere(): typeof Rules | null {
  return here;
}

/** Fetches them once. @throws when they cannot be; the next call tries again. */
export function loadRules(): Promise<typeof Rules> {
  coming ??= import('./rules.ts').then(
    (rules) => (here = rules),
    (cause: unknown) => {
      coming = null;
      throw new Error('fetch the rules', { cause });
    },
  );
  return coming;
}
