/** A person's own pages, as his device knows them: what waits for him, and what became of the rest. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Severity } from '@rung/domain/directory/directory.ts';
import { mayBeAnswered, type PageState } from '@rung/domain/paging/page-state.ts';
import { isOpen, isWaitingForSign, pageOf } from '@rung/domain/ticket/ticket.ts';
import type { HeldPage, HeldTicket } from '#lib/local/rows.ts';

export type MyPage = {
  /** `<ticket>.<seq>.<n>`. */
  readonly id: string;
  readonly ticket: HeldTicket;
  /** When he was paged, by the server's clock. */
  readonly at: Instant;
  readonly severity: Severity;
  /** `asked`: he has it, and is asked whether he is still on it. `over`: nothing waits for him. */
  readonly kind: 'page' | 'asked' | 'over';
  /** He answered it here, and the server has not said so. */
  readonly isAnswered: boolean;
};

/** The newest page of each ticket: first those that wait, by severity, then the oldest; then the others, the newest first. */
export function myPages(
  me: string,
  pages: readonly HeldPage[],
  tickets: readonly (HeldTicket | null)[],
): readonly MyPage[] {
  const newest = new Map<string, HeldPage>();
  for (const page of pages) {
    const other = newest.get(page.ticket);
    if (other === undefined || other.createdAt < page.createdAt) newest.set(page.ticket, page);
  }
  const mine = tickets.flatMap((ticket) => {
    const page = ticket === null ? undefined : newest.get(ticket.id);
    return ticket === null || page === undefined ? [] : [myPage(me, page, ticket)];
  });
  const waiting = mine.filter(({ kind }) => kind !== 'over').sort(byUrgency);
  const over = mine.filter(({ kind }) => kind === 'over').sort((one, other) => other.at - one.at);
  return [...waiting, ...over];
}

/** Their tickets, each once. */
export function ticketsOf(pages: readonly HeldPage[]): readonly string[] {
  return [...new Set(pages.map(({ ticket }) => ticket))];
}

/** Those that wait for his answer still. */
export function unanswered(pages: readonly MyPage[]): readonly MyPage[] {
  return pages.filter(({ kind, isAnswered }) => kind !== 'over' && !isAnswered);
}

function myPage(me: string, { id, createdAt: at, state }: HeldPage, ticket: HeldTicket): MyPage {
  const { severity, owner } = ticket.state;
  const about = { id, ticket, at, severity };
  if (!isOpen(ticket.state)) return { ...about, kind: 'over', isAnswered: false };
  // The row is the server's word; the ticket is shown with what waits here done to it. An update or a photo answers no page.
  const isOpenHere = pageOf(ticket.state, me) !== null;
  const isOwn = ticket.waiting.some(({ events }) => events.some(({ by }) => by === me));
  const isAnswered = !isOpenHere && isOwn;
  if (mayBeAnswered(state as PageState)) {
    const isStill = isAnswered || isOpenHere;
    return { ...about, kind: isStill ? 'page' : 'over', isAnswered };
  }
  const isAsked = owner === me && isWaitingForSign(ticket.state);
  return { ...about, kind: isAsked ? 'asked' : 'over', isAnswered: false };
}

function byUrgency(one: MyPage, other: MyPage): number {
  if (one.severity !== other.severity) return one.severity < other.severity ? -1 : 1;
  return one.at - other.at || (one.id < other.id ? -1 : 1);
}
