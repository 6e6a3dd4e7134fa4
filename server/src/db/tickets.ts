import { foldVersion, isOpen, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { must } from '@rung/domain/base/must.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import { type CompiledQuery, sql } from 'kysely';
import { numberFromLast, thisVersion } from './head.ts';
import type { Database } from './open.ts';
import { ofLength, shaped, shapedList } from './shapes.ts';

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

export const ticketColumns = [
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
export const lockTickets = shapedList(
  ({ build, dialect }, ids: readonly string[]): CompiledQuery<StoredTicket> => {
    const query = build
      .selectFrom('ticket')
      .select(ticketColumns)
      .where('id', 'in', ids)
      .orderBy('id');
    return (dialect === 'postgres' ? query.forUpdate().skipLocked() : query).compile();
  },
  (id) => [id],
);

/** Which of these there are, locked or not. */
export const existingTickets = shapedList(
  ({ build }, ids: readonly string[]): CompiledQuery<{ id: string }> =>
    build.selectFrom('ticket').select('id').where('id', 'in', ids).compile(),
  (id) => [id],
);

/** `number` null = the next of the numbers that the commit draws. */
export function saveTickets(
  db: Pick<Database, 'build' | 'dialect'>,
  rows: readonly (Omit<TicketRow, 'number'> & { readonly number: number | null })[],
): CompiledQuery {
  const fresh = rows.filter(({ number }) => number === null);
  const others = rows.filter(({ number }) => number !== null);
  return upsertTickets(db, [
    ...fresh.map((row, n) => ({ ...row, fromLast: fresh.length - n })),
    ...others.map((row) => ({ ...row, fromLast: null })),
  ]);
}

/** `fromLast`: which of the numbers that the commit draws it gets, the last being 1; null = it has its own. */
type Saved = Omit<TicketRow, 'number'> & {
  readonly number: number | null;
  readonly fromLast: number | null;
};

const upsertTickets = shaped(
  ({ build }, rows: readonly Saved[]) =>
    build
      .insertInto('ticket')
      .values(
        rows.map((row) => ({
          ...columnsOf(row),
          number: row.number ?? numberFromLast(row.fromLast ?? 0),
          ver: thisVersion,
          team_since: thisVersion,
          open_since: thisVersion,
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
          team_since: sql<number>`case when excluded.team = ticket.team
            then ticket.team_since else excluded.ver end`,
          // Devices drop the timeline of what is closed.
          open_since: sql<number>`case when ticket.phase = 'closed' and excluded.phase <> 'closed'
            then excluded.ver else ticket.open_since end`,
        })),
      )
      .compile(),
  (rows) => rows.flatMap((row) => [...Object.values(columnsOf(row)), row.number ?? row.fromLast]),
  (rows) =>
    ofLength(rows) && `${rows.filter(({ number }) => number === null).length} of ${rows.length}`,
);

function columnsOf({ ticket, seq }: Pick<TicketRow, 'ticket' | 'seq'>) {
  return {
    id: ticket.id,
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
  };
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

export const ticketsById = shapedList(
  ({ build }, ids: readonly string[]): CompiledQuery<StoredTicket> =>
    build.selectFrom('ticket').select(ticketColumns).where('id', 'in', ids).compile(),
  (id) => [id],
);

/** null = there is none. */
export async function ticketById({ read }: Reads, id: string): Promise<TicketRow | null> {
  const row = await read
    .selectFrom('ticket')
    .select(ticketColumns)
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
