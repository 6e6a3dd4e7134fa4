import type { Database } from './open.ts';
import { ticketColumns, toTicketRow, type TicketRow } from './tickets.ts';

type Reads = Pick<Database, 'read'>;

/** Which tickets a list may hold; an empty one holds none. */
export type Readable =
  | { readonly all: true }
  | {
      readonly all: false;
      readonly teams: readonly string[];
      readonly client: string | null;
      /** To whom it is personal. */
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
    .select(ticketColumns)
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
    newest
      .innerJoin('ticket_person', 'ticket_person.ticket', 'ticket.id')
      .where('ticket_person.person', '=', person)
      .execute(),
    ...teams.map((team) => newest.where('team', '=', team).execute()),
    ...(client === null ? [] : [newest.where('client', '=', client).execute()]),
  ]);
  const numbers = new Set(found.flat().map(({ number }) => number));
  return [...numbers].sort((a, b) => b - a).slice(0, most);
}
