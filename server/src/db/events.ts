import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { CompiledQuery } from 'kysely';
import { thisVersion } from './head.ts';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;
type Reads = Pick<Database, 'read'>;

export function addEvents(
  db: Pick<Database, 'build' | 'dialect'>,
  events: readonly TicketEvent[],
): CompiledQuery {
  return insertEvents(db, events.map(toRow));
}

const insertEvents = shapedList(
  ({ build }, rows: readonly EventRow[]) =>
    build
      .insertInto('event')
      .values(rows.map((row) => ({ ...row, ver: thisVersion })))
      .compile(),
  (row) => Object.values(row),
);

function toRow(event: TicketEvent): EventRow {
  return {
    ticket: event.ticket,
    seq: event.seq,
    name: event.name,
    args: JSON.stringify(event.args),
    by: event.by,
    recorded_at: event.recordedAt,
    claimed_at: event.claimedAt,
    cause: event.cause,
  };
}

/** The log of a ticket, oldest first. */
export async function eventsOf({ read }: Reads, id: string): Promise<readonly TicketEvent[]> {
  const rows = await read
    .selectFrom('event')
    .selectAll()
    .where('ticket', '=', id)
    .orderBy('seq')
    .execute();
  return rows.map(toEvent);
}

/** The logs of these tickets, each oldest first. */
export function logsOf({ build }: Builds, ids: readonly string[]): CompiledQuery<EventRow> {
  return build
    .selectFrom('event')
    .selectAll()
    .where('ticket', 'in', ids)
    .orderBy('ticket')
    .orderBy('seq')
    .compile();
}

type EventRow = Omit<Schema['event'], 'ver'>;

export function toEvent(row: EventRow): TicketEvent {
  return {
    ticket: row.ticket,
    seq: row.seq,
    name: row.name,
    args: JSON.parse(row.args) as unknown,
    by: row.by,
    recordedAt: row.recorded_at,
    claimedAt: row.claimed_at,
    cause: row.cause,
  } as TicketEvent;
}
