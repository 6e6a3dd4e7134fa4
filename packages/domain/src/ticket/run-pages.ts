/** What a run does to a ticket, and the pages it makes: parts of `evolve`. */

import type { RunStarted, RungFired, TicketEvent } from './events.ts';
import { isUnanswered, type Page, type Run, type Ticket } from './ticket.ts';

/** The ticket once this run has started: nothing of it is armed yet. In the same generation nobody is asked again who took it back. */
export function running(ticket: Ticket, args: RunStarted['args']): Ticket {
  const isGoingOn = ticket.run?.generation === ticket.generation;
  const run: Run = {
    n: args.run,
    generation: ticket.generation,
    state: args.isAcked ? 'acked' : 'active',
    armed: null,
    fired: null,
    reached: args.reached,
    released: isGoingOn ? (ticket.run?.released ?? []) : [],
  };
  return { ...ticket, policyVersion: args.policyVersion, run };
}

/** The ticket once a rung has fired: its people are paged, or keep the page they have. */
export function fired(
  ticket: Ticket,
  event: Pick<TicketEvent, 'ticket' | 'seq' | 'recordedAt'>,
  args: Pick<RungFired['args'], 'rung' | 'pages' | 'kept'>,
): Ticket {
  const { rung, pages, kept } = args;
  const step = rung.kind === 'step' ? { lap: rung.lap, step: rung.step } : null;
  const lap = step?.lap ?? null;
  const people = pages.map(({ person }) => person);
  // A page that somebody keeps is this rung's from now on: his no is a no to it.
  const taken = ticket.pages.map((page) =>
    kept.includes(page.person)
      ? { ...page, seq: event.seq, run: ticket.run?.n ?? page.run, lap }
      : page,
  );
  return {
    ...onRun(ticket, {
      armed: null,
      fired: { rung, seq: event.seq },
      reached: step ?? ticket.run?.reached ?? null,
    }),
    pages: paged({ ...ticket, pages: taken }, event, people, lap),
  };
}

/** A new page to a person replaces his older one. */
export function paged(
  ticket: Ticket,
  event: Pick<TicketEvent, 'ticket' | 'seq' | 'recordedAt'>,
  people: readonly string[],
  lap: number | null,
): readonly Page[] {
  const before = new Map(ticket.pages.map((page) => [page.person, page]));
  return [
    ...ticket.pages.filter(({ person }) => !people.includes(person)),
    ...people.map((person, n): Page => ({
      id: `${event.ticket}.${event.seq}.${n + 1}`,
      person,
      at: event.recordedAt,
      firstAt: before.get(person)?.firstAt ?? event.recordedAt,
      run: ticket.run?.n ?? 0,
      generation: ticket.generation,
      severity: ticket.severity,
      seq: event.seq,
      lap,
      state: 'open',
    })),
  ];
}

/** The pages, those that wait for an answer and that `which` names turned. */
export function turn(
  pages: readonly Page[],
  which: (page: Page) => boolean,
  state: Page['state'],
): readonly Page[] {
  return pages.map((page) => (isUnanswered(page) && which(page) ? { ...page, state } : page));
}

/** Whether a page is this person's. */
export const isHis = (person: string) => (page: Page) => page.person === person;

/** The ticket with this about its run; without one as it is. */
export function onRun(ticket: Ticket, change: Partial<Run>): Ticket {
  return ticket.run === null ? ticket : { ...ticket, run: { ...ticket.run, ...change } };
}

/** Whether he acknowledged a page of this generation. */
export function holds({ pages, generation }: Ticket, person: string): boolean {
  return pages.some(
    (page) => page.person === person && page.state === 'acked' && page.generation === generation,
  );
}
