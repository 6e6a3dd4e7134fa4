import { self } from '$app/service-worker';
import { readPager } from '../lib/local/pager.ts';
import { giveReceipts } from '../lib/sync/receipts.ts';
import { acknowledge } from './answer.ts';
import { countBadge } from './badge.ts';
import type { NoticeData } from './notice.ts';
import { windows, world } from './world.ts';

export async function onClick(notification: Notification, action: string): Promise<void> {
  const data = notification.data as NoticeData | null;
  if (action === 'acknowledge') {
    const { title, body, tag, lang } = notification;
    return acknowledge({ title, body, tag, lang, data });
  }
  notification.close();
  await Promise.allSettled([open(data?.navigate ?? '/'), tellOpened(data), countBadge()]);
}

/** In a window that is there, if nothing is being typed in it. Only on our own origin, whatever the push says. */
async function open(navigate: string): Promise<void> {
  const { origin } = self.location;
  const asked = new URL(navigate, origin);
  const { href } = asked.origin === origin ? asked : new URL('/', origin);
  const all = await windows();
  const there = all.find(({ url }) => url === href);
  if (there !== undefined) return void (await there.focus());
  const free = all.find(({ url }) => !isForm(url));
  try {
    const moved = await free?.focus().then((window) => window.navigate(href));
    if (moved) return;
  } catch {
    // It is an older worker's, or gone.
  }
  await self.clients.openWindow(href);
}

function isForm(url: string): boolean {
  return new URL(url).pathname.startsWith('/report');
}

async function tellOpened(data: NoticeData | null): Promise<void> {
  if (data?.id === undefined || data.person === undefined) return;
  const found = await readPager(data.person);
  if (found.kind === 'failed' || found.pager === null) return;
  await giveReceipts(found.pager, [{ notification: data.id, kind: 'opened' }], world);
}
