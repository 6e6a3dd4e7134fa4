/** Where a tap on a notification leads. */

import { liveAddress, type LiveNotice } from '../lib/sync/live-address.ts';
import { isPage, type NoticeData } from './notice.ts';

/** One that is on the screen, as it was shown. */
export type Tapped = Pick<Notification, 'title' | 'body' | 'silent'> & {
  readonly data: NoticeData | null;
};

/** An address of ours. What waits for an answer opens the live screen, with all that it needs in an empty store. */
export function whereTo({ title, body, silent, data }: Tapped): string {
  const { ticket, page, person, seen, id = null, isUnsent, isOver } = data ?? {};
  // It says quietly how it ended: there is nothing to decide any more.
  if (ticket && isOver === true && silent === true) return `/tickets/${ticket}`;
  if (data === null || !ticket || !page || !person || !seen) return data?.navigate ?? '/';
  if (!isPage(data) && isOver !== true) return data.navigate;
  // In the place of a page that was answered stands what became of that: those are no words about the ticket.
  const words = isUnsent === true || isOver === true ? { title: '', body: '' } : { title, body };
  const notice: LiveNotice = {
    ticket,
    page,
    person,
    seen,
    notification: id,
    ...words,
    isLoud: silent !== true,
  };
  return liveAddress(notice);
}

/** Whether this window shows the live screen of the same ticket. */
export function isLiveOf(ticket: string | null | undefined, url: string): boolean {
  return ticket != null && new URL(url).pathname === `/live/${ticket}`;
}
