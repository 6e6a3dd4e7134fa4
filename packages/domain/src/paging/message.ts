import type { Instant } from '../base/time.ts';
import type { Severity } from '../directory/directory.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { evolve } from '../ticket/evolve.ts';
import { isUnanswered, type Page, type Ticket } from '../ticket/ticket.ts';
import { type Says, withdrawals } from './says.ts';

/** Something to tell one person; the notifications of it go to his contact methods. */
export type Message = {
  /**
   * A page's: the page's id. Any other's of a ticket: `<ticket>.<seq>.<n>` of the event it follows from, or
   * `<page>.<n>`. Of no ticket: `pager.<contact method>.<instant>.<says>.<n>`, `push.<host>.<instant>.<n>`.
   */
  readonly id: string;
  /** null = it is about no ticket, but about `subject`. */
  readonly ticket: string | null;
  /** The person whose pager it is about, or the host of a push service; null = it is about the ticket alone. */
  readonly subject: string | null;
  readonly person: string;
  /** The person's page it is about; null = none. */
  readonly page: string | null;
  readonly isLoud: boolean;
  readonly generation: number;
  readonly severity: Severity;
  readonly says: Says;
};

/**
 * What people are to be told of the events that were added to a ticket, in their order. A page that a newer one of the
 * same person replaces is not withdrawn: the newer stands in its place by its collapse key. Of a page that came and went
 * among these events nobody hears.
 */
export function messagesFor(
  before: Ticket | null,
  added: readonly TicketEvent[],
  after: Ticket,
): readonly Message[] {
  let stands = before;
  return added.flatMap((event): readonly Message[] => {
    const was = stands;
    stands = evolve(was, event);
    const about = {
      ticket: after.id,
      subject: null,
      generation: after.generation,
      severity: after.severity,
    };
    return told(event, was, stands)
      .map((message, n) => ({ ...about, ...message, id: `${event.ticket}.${event.seq}.${n + 1}` }))
      .filter((message) => isStillSo(message, before, after));
  });
}

type Told = Pick<Message, 'person' | 'page' | 'isLoud' | 'says'>;

function told(event: TicketEvent, was: Ticket | null, is: Ticket): readonly Told[] {
  switch (event.name) {
    case 'rung-fired':
      return event.args.pages.map((page, n) => toPage(event, page, n));
    case 'paged':
      return [toPage(event, event.args, 0)];
    case 'expiry-asked': {
      const { person } = event.args;
      const page = is.pages.find((one) => one.person === person)?.id ?? null;
      return [{ person, page, isLoud: true, says: 'still-on-it' }];
    }
    case 'informed':
      return event.args.people
        .filter((person) => event.args.why !== 'transferred' || person !== event.by)
        .map((person) => ({ person, page: null, isLoud: false, says: event.args.why }));
    case 'acknowledged':
    case 'progressed':
    case 'transferred':
    case 'resolved':
      return (was?.pages ?? [])
        .filter((page) => isUnanswered(page) && stateOf(page.id, is) === 'superseded')
        .map(({ person, id, at }) => {
          return { person, page: id, isLoud: false, says: overBy(event, at) };
        });
    default:
      return [];
  }
}

/** A message that pages has the id of its page (evolve.ts numbers them the same). */
function toPage({ ticket, seq }: TicketEvent, { person, isLoud }: Demand, n: number): Told {
  return { person, page: `${ticket}.${seq}.${n + 1}`, isLoud, says: 'page' };
}

type Demand = { readonly person: string; readonly isLoud: boolean };

function isStillSo({ person, page, says }: Message, before: Ticket | null, after: Ticket): boolean {
  if (says === 'page') return stateOf(page, after) === 'open';
  if (!withdrawals.includes(says)) return true;
  const newer = after.pages.find((one) => one.person === person && one.id !== page);
  return stateOf(page, before) !== null && newer?.state !== 'open';
}

function stateOf(id: string | null, ticket: Ticket | null): Page['state'] | null {
  return ticket?.pages.find((page) => page.id === id)?.state ?? null;
}

function overBy(
  {
    name,
    args,
  }: TicketEvent & { name: 'acknowledged' | 'progressed' | 'transferred' | 'resolved' },
  pagedAt: Instant,
): Says {
  if (name === 'resolved') return 'solved';
  if (name === 'transferred') return 'moved';
  return pagedAt > args.actedAt ? 'stood-down' : 'taken';
}
