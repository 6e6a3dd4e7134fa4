import type { HeldTicket } from '#lib/state/this-device.svelte.ts';

/** What was done last on a ticket's screen, and over which row. `uid` null = it is not kept yet. */
export type Acting = { readonly uid: string | null; readonly row: HeldTicket };

/**
 * It is kept on this device, and the row that is shown does not tell of it yet: it was not read again since. Any other row is
 * the newer word, also where nothing waits on it any more.
 */
export function isKept({ uid, row }: Acting, shown: HeldTicket): boolean {
  return uid !== null && row === shown && !shown.waiting.some((one) => one.uid === uid);
}
