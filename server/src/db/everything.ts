import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { ReadonlyCompiledQuery } from 'kysely/readonly';
import { logsOf, toEvent } from './events.ts';
import type { Database } from './open.ts';
import { type PageRow, pagesOfTickets } from './pages.ts';
import { ticketColumns, type TicketRow, toTicketRow } from './tickets.ts';

/** A ticket with all that is kept of it but for deliveries: its log oldest first, its pages by id. */
export type WholeTicket = TicketRow & {
  readonly events: readonly TicketEvent[];
  readonly pages: readonly PageRow[];
};

const atOnce = 500;

/** Every ticket there is, by id; a part at a time, so that it costs no more memory than that. */
export async function* everyTicket({
  build,
  read,
}: Pick<Database, 'build' | 'read'>): AsyncGenerator<WholeTicket> {
  const all = async <Row>(query: { readonly sql: string }) =>
    (await read.executeQuery(query as ReadonlyCompiledQuery<Row>)).rows;
  for (let after = ''; ;) {
    const rows = await read
      .selectFrom('ticket')
      .select(ticketColumns)
      .where('id', '>', after)
      .orderBy('id')
      .limit(atOnce)
      .execute();
    const ids = rows.map(({ id }) => id);
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
    const [logs, pages] = await Promise.all([
      all<Parameters<typeof toEvent>[0]>(logsOf({ build }, ids)),
      all<PageRow>(pagesOfTickets({ build }, ids)),
    ]);
    const logOf = Map.groupBy(logs, ({ ticket }) => ticket);
    const pagesOf = Map.groupBy(pages, ({ ticket }) => ticket);
    for (const row of rows) {
      const events = (logOf.get(row.id) ?? []).map(toEvent);
      yield { ...toTicketRow(row), events, pages: pagesOf.get(row.id) ?? [] };
    }
  }
}
