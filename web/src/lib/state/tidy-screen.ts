/** What stands on the screen of the device follows what is known here: an answered page asks nobody any more. */

import { seqOfPage } from '#lib/sync/live-address.ts';
import type { MyPage } from './my-pages.ts';

type About = {
  readonly person?: string;
  readonly ticket?: string | null;
  readonly page?: string | null;
  readonly says?: string;
  readonly isOver?: boolean;
  readonly isUnsent?: boolean;
};
type Badged = { setAppBadge?(count: number): Promise<void> };

/** Closes notifications of pages that are over, and counts on the app's icon what waits. */
export async function tidyScreen(person: string, pages: readonly MyPage[], waiting: number) {
  await (navigator as Badged).setAppBadge?.(waiting).catch(() => undefined);
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const one of (await registration?.getNotifications()) ?? []) {
      if (isOver(person, pages, one.data as About | null)) one.close();
    }
  } catch {
    // Some browsers do not say what stands there; the server's withdrawal takes it back then.
  }
}

/**
 * Only where the rows here are no older than the page, and of no answer that the worker still sends. Where another page of
 * the ticket waits, its push takes the place of this one by itself: closing this one could take that one along, for they
 * stand under one tag.
 */
function isOver(person: string, pages: readonly MyPage[], about: About | null): boolean {
  if (about === null || about.person !== person || about.isOver || about.isUnsent) return false;
  const mine = pages.find(({ ticket }) => ticket.id === about.ticket);
  if (mine === undefined || !about.page || mine.ticket.seq < seqOfPage(about.page)) return false;
  if (about.says === 'page') return mine.kind !== 'page';
  return about.says === 'still-on-it' && mine.kind === 'over' && mine.ticket.waiting.length === 0;
}
