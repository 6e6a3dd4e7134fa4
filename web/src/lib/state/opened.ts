/** A page was opened here: others see it, and it opens no more by itself. */

import { readPager, alarm } from '#lib/local/pager.ts';
import { giveReceipts } from '#lib/sync/receipts.ts';
import { keep, kept } from './device.ts';

/** As many as can wait, and more. */
const most = 50;

/** Pages that were on the live screen of this device, the newest last. */
export function openedHere(): readonly string[] {
  return kept('opened')?.split(' ') ?? [];
}

/** `notification`: what its address says; else what stands on the screen of this page, if anything does. */
export async function tellOpened(
  person: string,
  page: string,
  notification: string | null,
): Promise<void> {
  const before = openedHere();
  if (before.includes(page)) return;
  keep('opened', [...before, page].slice(-most).join(' '));
  const id = notification ?? (await shownOf(page));
  const found = id === null ? null : await readPager(person);
  if (id === null || found?.kind !== 'open' || found.pager === null) return;
  const world = {
    fetch: (path: string, init: RequestInit) => fetch(path, init),
    later: alarm,
  };
  await giveReceipts(found.pager, [{ notification: id, kind: 'opened' }], world);
}

async function shownOf(page: string): Promise<string | null> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const { data } of (await registration?.getNotifications()) ?? []) {
    const about = data as { readonly page?: unknown; readonly id?: unknown } | null;
    if (about?.page === page && typeof about.id === 'string') return about.id;
  }
  return null;
}
