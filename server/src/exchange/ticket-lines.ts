/** Tickets as a device is sent them: with their logs and pages, and those left out that cannot be read. */

import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import { Busy } from '../apply/errors.ts';
import { eventsAfter, pagesOf, type PulledTicket, sizesAfter } from '../db/pull.ts';
import { type Cookie, heldScopes } from './cookie.ts';
import { eventLine, foldedLine, holdersOf, pageLine, ticketLine } from './lines.ts';
import type { Pulling } from './pull.ts';

/** More than this cannot be remembered of a device; then it waits until they can be read. */
const mostMissing = 100;

type Told = { readonly lines: readonly string[]; readonly missing: Cookie['missing'] };

/**
 * The tickets with what is theirs; of an open one the log, of one that the device has only what was added since it had all
 * there was. `missing`: which tickets it misses now. @throws Busy when these are too many: newer rules fold them
 */
export async function ticketLines(
  rows: readonly PulledTicket[],
  isHeld: (row: PulledTicket) => boolean,
  state: Cookie,
  { db, all, log }: Pulling,
): Promise<Told> {
  // Of a scope that the device does not know of yet it would never be told that it is lost.
  const scopes = heldScopes(state);
  const { whole, grown } = logsWanted(rows, isHeld);
  const events = [
    ...(whole.length === 0 ? [] : await all(eventsAfter(db, whole, null))),
    ...(grown.length === 0 ? [] : await all(eventsAfter(db, grown, state.from))),
  ];
  const open = rows.filter(isOpen).map(({ id }) => id);
  const pages = open.length === 0 ? [] : await all(pagesOf(db, open));
  const eventsBy = Map.groupBy(events, ({ ticket }) => ticket);
  const pagesBy = Map.groupBy(pages, ({ ticket }) => ticket);
  const unreadable: string[] = [];

  const lines = rows.flatMap((row) => {
    const s = holdersOf(row, state.person, scopes);
    const itsEvents = eventsBy.get(row.id) ?? [];
    try {
      const line = isOlder(row) ? foldedLine(row, itsEvents, s) : ticketLine(row, s);
      if (!isOpen(row)) return [line];
      return [
        line,
        ...itsEvents.map((event) => eventLine(event, s)),
        ...(pagesBy.get(row.id) ?? []).map((page) => pageLine(page, s)),
      ];
    } catch (error) {
      // One that cannot be read must not keep a device from all the others.
      unreadable.push(row.id);
      if (!state.missing.includes(row.id)) {
        log.error('a ticket cannot be read; devices get it when it can', { ticket: row.id, error });
      }
      return [];
    }
  });
  const others = state.missing.filter((id) => rows.every((row) => row.id !== id));
  const missing = [...others, ...unreadable];
  if (missing.length > mostMissing) throw new Busy('too many tickets cannot be read');
  return { lines, missing };
}

/** How many of the rows, from the first, one step may send: as much text as it may have, and one at least. */
export async function fitting(
  rows: readonly PulledTicket[],
  isHeld: (row: PulledTicket) => boolean,
  { from }: Cookie,
  { db, all, sizes }: Pulling,
): Promise<number> {
  if (rows.length < 2) return rows.length;
  const { whole, grown } = logsWanted(rows, isHeld);
  const logs = [
    ...(whole.length === 0 ? [] : await all(sizesAfter(db, whole, null))),
    ...(grown.length === 0 ? [] : await all(sizesAfter(db, grown, from))),
  ];
  const bytesOf = new Map(logs.map(({ ticket, bytes }) => [ticket, bytes]));
  let sum = 0;
  const beyond = rows.findIndex(({ id, state }) => {
    sum += state.length + (bytesOf.get(id) ?? 0);
    return sum > sizes.bytesAStep;
  });
  return beyond < 0 ? rows.length : Math.max(1, beyond);
}

/** Of which tickets the whole log is read, and of which what was added. What older rules folded is folded from its log. */
function logsWanted(rows: readonly PulledTicket[], isHeld: (row: PulledTicket) => boolean) {
  const isWhole = (row: PulledTicket) => isOlder(row) || !isHeld(row);
  const wanted = rows.filter((row) => isOpen(row) || isOlder(row));
  return {
    whole: wanted.filter(isWhole).map(({ id }) => id),
    grown: wanted.filter((row) => !isWhole(row)).map(({ id }) => id),
  };
}

function isOlder(row: PulledTicket): boolean {
  return row.foldVersion < foldVersion;
}

/** Devices have no timeline of what is closed. */
function isOpen({ phase }: PulledTicket): boolean {
  return phase !== 'closed';
}
