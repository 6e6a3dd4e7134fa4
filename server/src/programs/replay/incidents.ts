import { must } from '@rung/domain/base/must.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import type { Settled } from '../../db/settled.ts';
import { ticketsById, toTicketRow } from '../../db/tickets.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import type { Driven } from './driven.ts';
import { idOf } from './ids.ts';
import type { Row } from './incident-log.ts';

/** What a row came to: its commands, and how each was settled. */
export type Written = { readonly meaning: Meaning; readonly settled: readonly Settled[] };

/** The incidents of a log as they are told: which ticket each of them is now, and how its last row left it. */
export function openIncidents() {
  const known = new Map<string, { readonly ticket: string; readonly before: Row }>();
  return {
    /** Does what the row says, as one transaction. */
    async write(row: Row, server: Driven): Promise<Written> {
      const incident = known.get(row.number) ?? null;
      const stands = incident === null ? null : await ticketNow(server, incident.ticket);
      const fresh = idOf(row.at, row.number, row.line);
      const meaning = meaningOf(row, incident?.before ?? null, stands, fresh);
      // Asked for in one turn, they share a group of the writer loop.
      const settled = await Promise.all(
        meaning.said.map(({ command, person, at }, n) =>
          server.writer.command({
            uid: idOf(row.at, row.number, row.line, n),
            claim: { wall: at, offsetBefore: null, offsetAfter: 0 },
            person,
            command,
          }),
        ),
      );
      const isBegun = meaning.begins !== null && settled[0]?.outcome === 'applied';
      const ticket = isBegun ? fresh : incident?.ticket;
      if (ticket !== undefined) known.set(row.number, { ticket, before: row });
      return { meaning, settled };
    },
  };
}

async function ticketNow({ db }: Driven, id: string): Promise<Ticket> {
  const [row] = await db.look(ticketsById(db, [id]));
  return toTicketRow(must(row, `no ticket ${id}`)).ticket;
}
