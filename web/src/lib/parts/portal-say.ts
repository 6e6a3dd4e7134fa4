/** What happens now with a ticket, in the client's words: who has it or who is called next, and by when he hears from us. */

import type { Instant } from '@rung/domain/base/time.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { PortalTicket } from '#lib/state/portal.svelte.ts';
import { shortly, type Reader } from './when.ts';

type At = { readonly now: Instant; readonly reader: Reader; readonly mayReopen: boolean };

/** Sentences, the one that matters most first. `now` by the server's clock. */
export function sayNow(ticket: PortalTicket, at: At): readonly string[] {
  const { now, reader } = at;
  const time = (of: Instant) => ({ time: shortly(of, now, reader) });
  const { firstResponse, nextUpdate, resolution } = ticket.promise ?? {};
  const said = [state(ticket, at)];
  if (ticket.state === 'solved') return said;
  if (firstResponse?.metAt === null) {
    const isLate = firstResponse.by < now;
    said.push((isLate ? m.portal_say_answer_late : m.portal_say_answer)(time(firstResponse.by)));
  } else if (nextUpdate) {
    const isLate = nextUpdate.by < now;
    said.push((isLate ? m.portal_say_news_late : m.portal_say_news)(time(nextUpdate.by)));
  }
  if (resolution?.metAt === null && resolution.by < now) {
    said.push(m.portal_say_solve_late(time(resolution.by)));
  }
  return said;
}

function state(ticket: PortalTicket, { now, reader, mayReopen }: At): string {
  switch (ticket.state) {
    case 'solved':
      return mayReopen ? m.portal_say_solved() : m.portal_say_over();
    case 'waiting':
      return m.portal_say_waiting();
    case 'in-work':
    case 'received':
      if (ticket.hasItSince !== null) {
        return m.portal_say_taken({ time: shortly(ticket.hasItSince, now, reader) });
      }
      if (ticket.nextCallAt === null) return m.portal_say_received();
      return ticket.nextCallAt <= now
        ? m.portal_say_calling()
        : m.portal_say_call_at({ time: shortly(ticket.nextCallAt, now, reader) });
  }
}
