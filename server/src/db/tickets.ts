import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import { foldVersion, isOpen, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { must } from '@rung/domain/base/must.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import type { CompiledQuery } from 'kysely';
import { numberFromLast, thisVersion } from './head.ts';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';

type Builds = Pick<Database, 'build'>;
type Reads = Pick<Database, 'read'>;

/** A ticket: its fold, how long its log is, and the number people call it by. */
export type TicketRow = { readonly number: number; readonly seq: number; readonly ticket: Ticket };

/** A ticket as it is stored: its fold may be one that cannot be read. */
export type StoredTicket = {
  readonly id: string;
  readonly number: number;
  readonly seq: number;
  readonly state: string;
  readonly foldVersion: number;
  readonly policyVersion: string | null;
};

const columns = [
  'id',
  'number',
  'seq',
  'state',
  'fold_version as foldVersion',
  'policy_version as policyVersion',
] as const;

/** Reads the stored fold. @throws when it cannot be read, or was made by other rules. */
export function toTicketRow({
  id,
  number,
  seq,
  state,
  foldVersion: made,
}: StoredTicket): TicketRow {
  if (made !== foldVersion) {
    throw new Error(`defect: ${id} was folded by rules ${made}, these are ${foldVersion}`);
  }
  const ticket = parsed(state);
  // What was stored is what somebody typed: no log gets it.
  if (ticket?.id !== id) throw new Error(`defect: the stored fold of ${id} cannot be read`);
  return { number, seq, ticket };
}

/** null = it is no JSON, or of nothing. */
function parsed(state: string): Ticket | null {
  try {
    return JSON.parse(state) as Ticket | null;
  } catch {
    return null;
  }
}

/**
 * Locks the tickets that nobody else has locked, in the order of their ids, and reads them. On SQLite the one writer
 * has them all (sync.md, "Locks").
 */
export function lockTickets(
  { build, dialect }: Pick<Database, 'build' | 'dialect'>,
  ids: readonly string[],
): CompiledQuery<StoredTicket> {
  const query = build.selectFrom('ticket').select(columns).where('id', 'in', ids).orderBy('id');
  return (dialect === 'postgres' ? query.forUpdate().skipLocked() : query).compile();
}

/** Which of these there are, locked or not. */
export function existingTickets(
  { build }: Builds,
  ids: readonly string[],
): CompiledQuery<{ id: string }> {
  return build.selectFrom('ticket').select('id').where('id', 'in', ids).compile();
}

/** `number` null = the next of the numbers that the commit draws. */
export function saveTickets(
  { build }: Builds,
  rows: readonly (Omit<TicketRow, 'number'> & { readonly number: number | null })[],
): CompiledQuery {
  let left = rows.filter((row) => row.number === null).length;
  return build
    .insertInto('ticket')
    .values(
      rows.map(({ ticket, number, seq }) => ({
        id: ticket.id,
        number: number ?? numberFromLast(left--),
        ver: thisVersion,
        team: must(ticket.team, `${ticket.id} stands with no team`),
        client: ticket.client,
        reported_by: ticket.reportedBy,
        reported_at: ticket.reportedAt,
        seq,
        state: JSON.stringify(ticket),
        fold_version: foldVersion,
        policy_version: ticket.policyVersion,
        phase: ticket.phase,
        owner: isOpen(ticket) ? ticket.owner : null,
        next_due: nextDue(ticket),
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
        policy_version: set.ref('excluded.policy_version'),
        phase: set.ref('excluded.phase'),
        owner: set.ref('excluded.owner'),
        next_due: set.ref('excluded.next_due'),
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

type EventRow = Schema['event'];

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

/** Teams that at least one open ticket stands with, each once. */
export function teamsWithOpenTickets({ build }: Builds): CompiledQuery<{ team: string }> {
  return build
    .selectFrom('ticket')
    .select('team')
    .distinct()
    .where((is) => is.or([is('phase', 'is', null), is('phase', 'not in', ['resolved', 'closed'])]))
    .compile();
}

/** Which tickets a list may hold; an empty one holds none. */
export type Readable =
  | { readonly all: true }
  | {
      readonly all: false;
      readonly teams: readonly string[];
      readonly client: string | null;
      /** Who reported it or was paged about it. */
      readonly person: string;
    };

/**
 * The newest tickets within `readable`, at most `most`, by number: an id holds the time of a phone's clock. One whose
 * fold cannot be read is named to `unreadable`, and left out.
 */
export async function newestTickets(
  { read }: Reads,
  readable: Readable,
  most: number,
  {
    before,
    unreadable = (_, error) => {
      throw error;
    },
  }: {
    /** Only tickets with a number below this. */
    readonly before?: number | undefined;
    /** Throws where it is not said. */
    readonly unreadable?: (ticket: string, error: unknown) => void;
  } = {},
): Promise<readonly TicketRow[]> {
  const below = before ?? Number.MAX_SAFE_INTEGER;
  const newest = read
    .selectFrom('ticket')
    .select(columns)
    .where('number', '<', below)
    .orderBy('number', 'desc')
    .limit(most);
  const numbers = readable.all ? null : await newestNumbers({ read }, readable, most, below);
  if (numbers?.length === 0) return [];
  const rows = await (numbers === null ? newest : newest.where('number', 'in', numbers)).execute();
  return rows.flatMap((row) => {
    try {
      return toTicketRow(row);
    } catch (error) {
      unreadable(row.id, error);
      return [];
    }
  });
}

/**
 * The highest numbers below `below` of what is readable for one reason or another. A query for each reason, each of
 * which an index answers in the order of numbers: asked together, the database would sort all there are.
 */
async function newestNumbers(
  { read }: Reads,
  { teams, client, person }: Extract<Readable, { all: false }>,
  most: number,
  below: number,
): Promise<readonly number[]> {
  const newest = read
    .selectFrom('ticket')
    .select('ticket.number')
    .where('ticket.number', '<', below)
    .orderBy('ticket.number', 'desc')
    .limit(most);
  const found = await Promise.all([
    newest.where('reported_by', '=', person).execute(),
    newest
      .innerJoin('page', 'page.ticket', 'ticket.id')
      .where('page.person', '=', person)
      .distinct()
      .execute(),
    ...teams.map((team) => newest.where('team', '=', team).execute()),
    ...(client === null ? [] : [newest.where('client', '=', client).execute()]),
  ]);
  const numbers = new Set(found.flat().map(({ number }) => number));
  return [...numbers].sort((a, b) => b - a).slice(0, most);
}

/** Ids after this one of tickets whose fold older rules made, in order, at most `most`. */
export async function olderFolds(
  { read }: Reads,
  after: string,
  most: number,
): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('ticket')
    .select('id')
    .where('fold_version', '<', foldVersion)
    .where('id', '>', after)
    .orderBy('id')
    .limit(most)
    .execute();
  return rows.map(({ id }) => id);
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

/** What people call the ticket by, also where its fold cannot be read; null = there is none. */
export async function numberOf({ read }: Reads, id: string): Promise<number | null> {
  const row = await read
    .selectFrom('ticket')
    .select('number')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.number ?? null;
}
