import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { foldVersion, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { must } from '@rung/domain/base/must.ts';
import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build'>;
type Reads = Pick<Database, 'read'>;

/** A ticket: its fold, how long its log is, and the number people call it by. */
export type TicketRow = { readonly number: number; readonly seq: number; readonly ticket: Ticket };

const columns = ['id', 'number', 'seq', 'state'] as const;
type Columns = { id: string; number: number; seq: number; state: string };

/** Reads a row of `ticketsById`. */
export function toTicketRow({ number, seq, state }: Columns): TicketRow {
  return { number, seq, ticket: JSON.parse(state) as Ticket };
}

export function ticketsById({ build }: Builds, ids: readonly string[]): CompiledQuery<Columns> {
  return build.selectFrom('ticket').select(columns).where('id', 'in', ids).compile();
}

export function saveTickets(
  { build }: Builds,
  ver: number,
  rows: readonly TicketRow[],
): CompiledQuery {
  return build
    .insertInto('ticket')
    .values(
      rows.map(({ ticket, number, seq }) => ({
        id: ticket.id,
        number,
        ver,
        team: must(ticket.team, `${ticket.id} stands with no team`),
        client: ticket.client,
        reported_by: ticket.reportedBy,
        reported_at: ticket.reportedAt,
        seq,
        state: JSON.stringify(ticket),
        fold_version: foldVersion,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        ver: set.ref('excluded.ver'),
        team: set.ref('excluded.team'),
        client: set.ref('excluded.client'),
        seq: set.ref('excluded.seq'),
        state: set.ref('excluded.state'),
        fold_version: set.ref('excluded.fold_version'),
      })),
    )
    .compile();
}

export function addEvents({ build }: Builds, events: readonly TicketEvent[]): CompiledQuery {
  return build
    .insertInto('event')
    .values(
      events.map((event) => ({
        ticket: event.ticket,
        seq: event.seq,
        name: event.name,
        args: JSON.stringify(event.args),
        by: event.by,
        recorded_at: event.recordedAt,
        claimed_at: event.claimedAt,
        cause: event.cause,
      })),
    )
    .compile();
}

/** The log of a ticket, oldest first. */
export async function eventsOf({ read }: Reads, id: string): Promise<readonly TicketEvent[]> {
  const rows = await read
    .selectFrom('event')
    .selectAll()
    .where('ticket', '=', id)
    .orderBy('seq')
    .execute();
  return rows.map(
    (row) =>
      ({
        ticket: row.ticket,
        seq: row.seq,
        name: row.name,
        args: JSON.parse(row.args) as unknown,
        by: row.by,
        recordedAt: row.recorded_at,
        claimedAt: row.claimed_at,
        cause: row.cause,
      }) as TicketEvent,
  );
}

/** Teams that at least one ticket stands with, each once. */
export function teamsWithTickets({ build }: Builds): CompiledQuery<{ team: string }> {
  return build.selectFrom('ticket').select('team').distinct().compile();
}

/** Which tickets a list may hold; an empty one holds none. */
export type Readable =
  | { readonly all: true }
  | {
      readonly all: false;
      readonly teams: readonly string[];
      readonly client: string | null;
      readonly reporter: string;
    };

/** The newest tickets within `readable`, at most `most`, by number: an id holds the time of a phone's clock. */
export async function newestTickets(
  { read }: Reads,
  readable: Readable,
  most: number,
  /** Only tickets with a number below this. */
  before?: number,
): Promise<readonly TicketRow[]> {
  let query = read.selectFrom('ticket').select(columns).orderBy('number', 'desc').limit(most);
  if (before !== undefined) query = query.where('number', '<', before);
  if (!readable.all) {
    query = query.where((is) =>
      is.or([
        is('reported_by', '=', readable.reporter),
        ...(readable.teams.length > 0 ? [is('team', 'in', readable.teams)] : []),
        ...(readable.client === null ? [] : [is('client', '=', readable.client)]),
      ]),
    );
  }
  return (await query.execute()).map(toTicketRow);
}

/** null = there is none. */
export async function ticketById({ read }: Reads, id: string): Promise<TicketRow | null> {
  const row = await read
    .selectFrom('ticket')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : toTicketRow(row);
}
