import type { ContactMethod, Notification } from '@rung/domain/paging/notification.ts';
import { isWaitingForSign } from '@rung/domain/ticket/ticket.ts';
import type { Database } from './open.ts';
import { ticketById } from './tickets.ts';

/**
 * How things stand with what notifications are about, read when they are about to be sent. A ticket's title is taken
 * from its first event, which can be read where its fold cannot.
 */
export async function standingOf(
  { read }: Pick<Database, 'read'>,
  notifications: readonly Notification[],
): Promise<{
  readonly tickets: ReadonlyMap<string, { readonly number: number; readonly title: string }>;
  readonly pages: ReadonlyMap<string, string>;
  readonly told: ReadonlySet<string>;
  readonly methods: ReadonlyMap<string, ContactMethod>;
  readonly asking: ReadonlySet<string>;
}> {
  const claimed = notifications.map(({ id }) => id);
  const tickets = unique(notifications.map(({ message }) => message.ticket));
  const pages = unique(notifications.flatMap(({ message }) => message.page ?? []));
  const methods = unique(notifications.flatMap(({ method }) => method ?? []));
  const asked = notifications.filter(({ message }) => message.says === 'still-on-it');
  const [reported, paged, told, reached, asking] = await Promise.all([
    read
      .selectFrom('ticket')
      .innerJoin('event', (join) =>
        join.onRef('event.ticket', '=', 'ticket.id').on('event.seq', '=', 1),
      )
      .select(['ticket.id', 'ticket.number', 'event.args'])
      .where('ticket.id', 'in', tickets)
      .execute(),
    some(pages, (ids) =>
      read.selectFrom('page').select(['id', 'state']).where('id', 'in', ids).execute(),
    ),
    some(methods, (ids) =>
      read
        .selectFrom('notification')
        .select(['ticket', 'method'])
        .distinct()
        .where('ticket', 'in', tickets)
        .where('method', 'in', ids)
        .where((is) =>
          // Somebody took it before, and what he did with it may be unknown. What is taken now was not sent yet.
          is.or([
            is.and([
              is('claims', '=', 1),
              is('state', '<>', 'suppressed'),
              is('id', 'not in', claimed),
            ]),
            is('claims', '>', 1),
          ]),
        )
        .execute(),
    ),
    some(methods, (ids) =>
      read
        .selectFrom('contact_method')
        .select(['id', 'person', 'kind', 'address', 'broken_at as brokenAt'])
        .where('id', 'in', ids)
        .execute(),
    ),
    Promise.all(unique(asked.map(({ message }) => message.ticket)).map(isAsking)),
  ]);
  return {
    tickets: new Map(
      reported.map(({ id, number, args }) => [id, { number, title: titleIn(args) }]),
    ),
    pages: new Map(paged.map(({ id, state }) => [id, state])),
    told: new Set(told.map(({ ticket, method }) => `${ticket} ${method}`)),
    methods: new Map(reached.map((row) => [row.id, row])),
    asking: new Set(asking.flatMap((id) => id ?? [])),
  };

  /** The id of a ticket that still waits for somebody's sign; one that cannot be read is thought to. */
  async function isAsking(id: string): Promise<string | null> {
    try {
      const row = await ticketById({ read }, id);
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

function some<Row>(
  ids: readonly string[],
  query: (ids: readonly string[]) => Promise<Row[]>,
): Promise<readonly Row[]> {
  return ids.length === 0 ? Promise.resolve([]) : query(ids);
}

function unique(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)];
}
