import type { Deadline } from './due.ts';
import type { Database } from './open.ts';

/**
 * Deadlines that were lost: a ticket which says that it was due before `at`, or a page that waits for somebody, without
 * a row in `due`; a schedule without the row that keeps its shifts coming. There should be none, ever (domain.md,
 * invariant 1). By index: of tickets and pages it costs what is overdue or waiting, not what is stored; schedules are few.
 */
export async function lostDeadlines(
  { read }: Pick<Database, 'read'>,
  at: number,
): Promise<readonly Deadline[]> {
  const [tickets, pages, schedules] = await Promise.all([
    read
      .selectFrom('ticket')
      .leftJoin('due', (join) =>
        join.onRef('due.id', '=', 'ticket.id').on('due.kind', '=', 'ticket'),
      )
      .select('ticket.id')
      .where('ticket.next_due', '<', at)
      .where('due.id', 'is', null)
      .limit(100)
      .execute(),
    read
      .selectFrom('page')
      .leftJoin('due', (join) => join.onRef('due.id', '=', 'page.id').on('due.kind', '=', 'page'))
      .select('page.id')
      .where('page.state', 'in', ['pending', 'notifying'])
      .where('page.created_at', '<', at)
      .where('due.id', 'is', null)
      .limit(100)
      .execute(),
    read
      .selectFrom('directory_item')
      .leftJoin('due', (join) =>
        join.onRef('due.id', '=', 'directory_item.key').on('due.kind', '=', 'schedule'),
      )
      .select('directory_item.key as id')
      .where('directory_item.kind', '=', 'schedule')
      .where('directory_item.body', 'is not', null)
      .where('due.id', 'is', null)
      .execute(),
  ]);
  return [
    ...tickets.map(({ id }) => ({ kind: 'ticket' as const, id })),
    ...pages.map(({ id }) => ({ kind: 'page' as const, id })),
    ...schedules.map(({ id }) => ({ kind: 'schedule' as const, id })),
  ];
}

/** The same of subscriptions that work and are never checked. Reads all of them: for now and then. */
export async function lostChecks(
  { read }: Pick<Database, 'read'>,
  at: number,
): Promise<readonly Deadline[]> {
  const pagers = await read
    .selectFrom('contact_method')
    .innerJoin('device', 'device.id', 'contact_method.id')
    .leftJoin('due', (join) =>
      join.onRef('due.id', '=', 'contact_method.id').on('due.kind', '=', 'pager'),
    )
    .select('contact_method.id')
    .where('contact_method.kind', '=', 'push')
    .where('contact_method.broken_at', 'is', null)
    .where('device.revoked_at', 'is', null)
    .where('contact_method.created_at', '<', at)
    .where('due.id', 'is', null)
    .limit(100)
    .execute();
  return pagers.map(({ id }) => ({ kind: 'pager', id }));
}
