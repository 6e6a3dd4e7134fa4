import type { Instant } from '@rung/domain/base/time.ts';
import { withdrawals } from '@rung/domain/paging/says.ts';
import type { ContactMethod, Notification } from '@rung/domain/paging/notification.ts';
import { mayBeAnswered, type PageState } from '@rung/domain/paging/page-state.ts';
import { isWaitingForSign, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { contactMethodsById } from './contact-methods.ts';
import type { Database } from './open.ts';
import { pagesById, pagesOfTickets } from './pages.ts';
import { shapedList } from './shapes.ts';
import { ticketById } from './tickets.ts';

/** A ticket as whoever is told of it knows it. */
export type ToldOf = {
  readonly number: number;
  readonly title: string;
  /** When its next rung fires; null = none is armed, or nobody knows. */
  readonly nextAt: Instant | null;
  /** Person key of who has it; null = nobody. */
  readonly owner: string | null;
};

/**
 * How things stand with what notifications are about, read when they are about to be sent. A ticket's title is taken
 * from its first event, which can be read where its fold cannot.
 */
export async function standingOf(
  db: Pick<Database, 'build' | 'dialect' | 'look' | 'read'>,
  notifications: readonly Notification[],
): Promise<{
  readonly tickets: ReadonlyMap<string, ToldOf>;
  readonly pages: ReadonlyMap<string, PageState>;
  readonly told: ReadonlySet<string>;
  readonly methods: ReadonlyMap<string, ContactMethod>;
  readonly asking: ReadonlySet<string>;
  readonly live: ReadonlySet<string>;
}> {
  const ticketIds = unique(notifications.flatMap(({ message }) => message.ticket ?? []));
  const pageIds = unique(notifications.flatMap(({ message }) => message.page ?? []));
  const methodIds = unique(notifications.flatMap(({ method }) => method ?? []));
  const taken = notifications.filter(({ message }) => withdrawals.includes(message.says));
  const asked = notifications.filter(({ message }) => message.says === 'still-on-it');
  const takenOf = unique(taken.flatMap(({ message }) => message.ticket ?? []));
  const [reported, paged, told, others, reached, asking] = await Promise.all([
    ticketIds.length === 0 ? [] : db.look(firstEvents(db, ticketIds)),
    pageIds.length === 0 ? [] : db.look(pagesById(db, pageIds)),
    taken.length === 0 ? [] : db.look(toldAbout(db, { taken, claimed: notifications })),
    takenOf.length === 0 ? [] : db.look(pagesOfTickets(db, takenOf)),
    methodIds.length === 0 ? [] : db.look(contactMethodsById(db, methodIds)),
    Promise.all(unique(asked.flatMap(({ message }) => message.ticket ?? [])).map(isAsking)),
  ]);
  return {
    tickets: new Map(
      reported.map(({ id, number, args, owner, state }) => [
        id,
        { number, title: titleIn(args), nextAt: nextRungIn(state), owner },
      ]),
    ),
    pages: new Map(paged.map(({ id, state }) => [id, state])),
    told: new Set(told.map(({ ticket, method }) => `${ticket} ${method}`)),
    methods: new Map(reached.map((row) => [row.id, row])),
    asking: new Set(asking.flatMap((id) => id ?? [])),
    live: new Set(
      others
        .filter(({ state }) => mayBeAnswered(state))
        .map(({ ticket, person }) => `${ticket} ${person}`),
    ),
  };

  /** The id of a ticket that still waits for somebody's sign; one that cannot be read is thought to. */
  async function isAsking(id: string): Promise<string | null> {
    try {
      const row = await ticketById(db, id);
      return row === null || isWaitingForSign(row.ticket) ? id : null;
    } catch {
      return id;
    }
  }
}

/** Of an event that cannot be read there is none, and its ticket's number must do: nobody else's page waits for it. */
function titleIn(args: string): string {
  try {
    return (JSON.parse(args) as { title?: string } | null)?.title ?? '';
  } catch {
    return '';
  }
}

/** As of its title: what cannot be read arms nothing. */
function nextRungIn(state: string): Instant | null {
  try {
    return (JSON.parse(state) as Partial<Ticket> | null)?.run?.armed?.dueAt ?? null;
  } catch {
    return null;
  }
}

const firstEvents = shapedList(
  ({ build }, tickets: readonly string[]) =>
    build
      .selectFrom('ticket')
      .innerJoin('event', (join) =>
        join.onRef('event.ticket', '=', 'ticket.id').on('event.seq', '=', 1),
      )
      .select(['ticket.id', 'ticket.number', 'ticket.owner', 'ticket.state', 'event.args'])
      .where('ticket.id', 'in', tickets)
      .compile(),
  (ticket) => [ticket],
  [1],
);

/**
 * Which contact methods heard of the tickets before: somebody took a notification to one, and what he did with it may be
 * unknown. What is claimed now was not sent yet.
 */
function toldAbout(
  { build }: Pick<Database, 'build'>,
  { taken, claimed }: { readonly [Name in 'taken' | 'claimed']: readonly Notification[] },
) {
  const tickets = unique(taken.flatMap(({ message }) => message.ticket ?? []));
  const methods = unique(taken.flatMap(({ method }) => method ?? []));
  const ids = claimed.map(({ id }) => id);
  return build
    .selectFrom('notification')
    .select(['ticket', 'method'])
    .distinct()
    .where('ticket', 'in', tickets)
    .where('method', 'in', methods)
    .where((is) =>
      is.or([
        is.and([is('claims', '=', 1), is('state', '<>', 'suppressed'), is('id', 'not in', ids)]),
        is('claims', '>', 1),
      ]),
    )
    .compile();
}

function unique(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)];
}
