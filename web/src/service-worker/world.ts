/** What the worker needs of the browser besides its own events. */

import { self } from '$app/service-worker';
import { languages, type Language } from '@rung/domain/directory/directory.ts';
import type { World } from '../lib/sync/exchange.ts';
import type { Notice, NoticeData, Shown } from './notice.ts';

export const world: World = {
  fetch: (path, init) => fetch(path, init),
  now: () => Date.now(),
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Of ours on the screen; none, where the browser does not say. */
export async function shownNow(): Promise<readonly (Shown & { close(): void })[]> {
  try {
    const all = await self.registration.getNotifications();
    return all.map((one) => ({
      title: one.title,
      body: one.body,
      tag: one.tag,
      lang: one.lang,
      data: one.data as NoticeData | null,
      close: () => one.close(),
    }));
  } catch {
    return [];
  }
}

export function show({ title, options }: Notice): Promise<void> {
  return self.registration.showNotification(title, options as NotificationOptions);
}

/** The browser's, where nobody's is known. */
export function ownLanguage(): Language {
  return languages.find((one) => navigator.language.toLowerCase().startsWith(one)) ?? 'en';
}

/** Windows of this app, those of an older worker too. */
export function windows(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}
