import { self } from '$app/service-worker';
import { readPager } from '../lib/local/pager.ts';
import { giveReceipts } from '../lib/sync/receipts.ts';
import { acknowledge } from './answer.ts';
import { countBadge } from './badge.ts';
import type { NoticeData } from './notice.ts';
import { isLiveOf, whereTo } from './where.ts';
import { windows, world } from './world.ts';

export async function onClick(notification: Notification, action: string): Promise<void> {
  const data = notification.data as NoticeData | null;
  const { title, body, tag, lang, silent } = notification;
  if (action === 'acknowledge') return acknowledge({ title, body, tag, lang, data });
  notification.close();
  const to = whereTo({ title, body, silent, data });
  await Promise.allSettled([open(to, data?.ticket ?? null), tellOpened(data), countBadge()]);
}

/** In a window that is there, if nothing is being typed in it. Only on our own origin, whatever the push says. */
async function open(to: string, ticket: string | null): Promise<void> {
  const { origin } = self.location;
  const asked = new URL(to, origin);
  const { href } = asked.origin === origin ? asked : new URL('/', origin);
  const all = await windows();
  // Behind the sign stands only what an empty store needs: a live screen of this ticket is the one that is meant.
  const isThere = ({ url }: WindowClient): boolean =>
    url === href || (isLiveOf(ticket, href) && isLiveOf(ticket, url));
  const there = all.find(isThere);
  const free = there ?? all.find(({ url }) => !isForm(url));
  try {
    const focused = await free?.focus();
    if (focused?.url === href || (await focused?.navigate(href))) return;
  } catch {
    // It is an older worker's, or gone.
    if (there !== undefined) return;
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
