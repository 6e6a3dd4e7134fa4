/**
 * One step of what a device is sent (sync.md, sections 2 and 3). Each step takes the device further: a scope that is new to
 * it is filled, by id; then everything that changed follows, by version. A step reads within somebody's snapshot.
 */

import { referenceOf } from '@rung/domain/access/reference.ts';
import { everyTicket, personScope, reference } from '@rung/domain/access/scopes.ts';
import { kinds } from '@rung/domain/directory/directory.ts';
import type { Database, Transaction } from '../db/open.ts';
import {
  eventsAfter,
  type Head,
  itemsIn,
  itemsByKey,
  leftIn,
  pagesIn,
  pagesOf,
  type PulledTicket,
  shiftsOfAll,
  ticketsAfter,
  ticketsById,
  ticketsOfVersion,
  type Within,
} from '../db/pull.ts';
import type { Schema } from '../db/schema.ts';
import type { Log } from '../log.ts';
import { type Cookie, type Filling, heldScopes } from './cookie.ts';
import { eventLine, holdersOf, itemLine, leftLine, pageLine, ticketLine } from './lines.ts';

export type Pulling = {
  readonly db: Pick<Database, 'build'>;
  readonly all: Transaction['all'];
  readonly head: Head;
  readonly log: Log;
  /** All scopes the person has now. */
  readonly scopes: readonly string[];
  readonly sizes: Sizes;
};

/** At most so many lines before a mark, but for what a step brings; so many tickets, and so many items, in a step. */
export type Sizes = {
  readonly linesAPortion: number;
  readonly ticketsAStep: number;
  readonly itemsAStep: number;
};

export type Step = { readonly lines: readonly string[]; readonly state: Cookie };

const shownKinds: readonly string[] = kinds.filter(
  (kind) => referenceOf(kind, {} as never) !== null,
);

const isShown = ({ kind }: { readonly kind: string }): boolean => shownKinds.includes(kind);

/** Whether there is nothing more to send as of this snapshot. */
export function isDone({ filling, ver, scopes }: Cookie, pulling: Pulling): boolean {
  const isWhole = pulling.scopes.every((scope) => scopes.includes(scope));
  return filling === null && isWhole && ver === pulling.head.ver;
}

export async function step(state: Cookie, pulling: Pulling): Promise<Step> {
  if (state.filling !== null) return fill(state, state.filling, pulling);
  if (state.ver < pulling.head.ver) return follow(state, pulling);
  const fresh = pulling.scopes.filter((scope) => !state.scopes.includes(scope));
  const filling = { scopes: fresh, part: 'ref', after: '' } as const;
  return { lines: [], state: { ...state, filling } };
}

/** Sends a part of what the new scopes hold. What moved on since is sent as it is now, and changes again afterwards. */
async function fill(state: Cookie, filling: Filling, pulling: Pulling): Promise<Step> {
  const next = (change: Partial<Filling>) => ({ ...state, filling: { ...filling, ...change } });
  const { part, after } = filling;
  const { ticketsAStep, itemsAStep } = pulling.sizes;
  if (part === 'ref') {
    const items = filling.scopes.includes(reference) ? await itemsFrom(after, pulling) : [];
    const last = items.at(-1);
    const lines = await itemLines(items, pulling);
    if (items.length < itemsAStep || last === undefined) {
      return { lines, state: next({ part: 'open', after: '' }) };
    }
    return { lines, state: next({ after: `${last.kind}/${last.key}` }) };
  }
  const { db, all } = pulling;
  const within = withinOf(filling.scopes, state.person);
  const page = { isClosed: part === 'closed', after, most: ticketsAStep };
  const rows = isNothing(within) ? [] : await all(ticketsById(db, state.person, within, page));
  const lines = await ticketLines(rows, () => null, state, pulling);
  const last = rows.at(-1);
  if (rows.length === ticketsAStep && last !== undefined) {
    return { lines, state: next({ after: last.id }) };
  }
  if (part === 'open') return { lines, state: next({ part: 'closed', after: '' }) };
  const scopes = [...new Set([...state.scopes, ...filling.scopes])].sort();
  return { lines, state: { ...state, scopes, filling: null } };
}

/** Sends what changed in the scopes that the device has, whole versions, up to where it stands or as far as one step goes. */
async function follow(state: Cookie, pulling: Pulling): Promise<Step> {
  const { db, all, head } = pulling;
  const { ticketsAStep } = pulling.sizes;
  const { person, scopes, ver } = state;
  const within = withinOf(scopes, person);
  const found = isNothing(within)
    ? []
    : await all(ticketsAfter(db, person, within, ver, ticketsAStep + 1));
  // Versions are sent whole: of the one at the edge, either all or nothing.
  const edge = found.length > ticketsAStep ? (found.at(-1)?.ver ?? head.ver) : head.ver + 1;
  const whole = found.filter((row) => row.ver < edge);
  const isOneVersion = edge <= head.ver && whole.length === 0;
  const to = isOneVersion ? edge : edge - 1;
  const rows = isOneVersion ? await all(ticketsOfVersion(db, person, within, edge)) : whole;

  const span = { after: ver, to };
  const left = scopes.length === 0 ? [] : await all(leftIn(db, scopes, span));
  const items = scopes.includes(reference) ? await all(itemsIn(db, span)) : [];
  const pages = isNothing(within) ? [] : await all(pagesIn(db, person, within, span));
  const lines = [
    ...left.map(leftLine),
    ...(await itemLines(items.filter(isShown), pulling)),
    ...(await ticketLines(
      rows,
      (row) => (wasHeld(row, state) ? state.from : null),
      state,
      pulling,
    )),
    ...pages.map((page) => pageLine(page, holdersOf(page, person, scopes))),
  ];
  const from = to === head.ver ? to : state.from;
  return { lines, state: { ...state, from, ver: to } };
}

/** Whether a device with this cookie has the ticket, timeline and all, as of when it last had all there was. */
function wasHeld(row: PulledTicket, { from, scopes, person }: Cookie): boolean {
  const { team, teamSince, openSince, personalSince } = row;
  const isHeld =
    scopes.includes(everyTicket) ||
    (scopes.includes(`team:${team}`) && teamSince <= from) ||
    (scopes.includes(personScope(person)) && personalSince !== null && personalSince <= from);
  return isHeld && openSince <= from;
}

/** The tickets with what is theirs; of an open one the log, after the version that `since` says, null = whole. */
async function ticketLines(
  rows: readonly PulledTicket[],
  since: (row: PulledTicket) => number | null,
  state: Cookie,
  { db, all, log }: Pulling,
): Promise<readonly string[]> {
  // Of a scope that the device does not know of yet it would never be told that it is lost.
  const scopes = heldScopes(state);
  const open = rows.filter(({ phase }) => phase !== 'closed');
  const whole = open.filter((row) => since(row) === null).map(({ id }) => id);
  const after = open.find((row) => since(row) !== null);
  const grown = open.filter((row) => since(row) !== null).map(({ id }) => id);
  const events = [
    ...(whole.length === 0 ? [] : await all(eventsAfter(db, whole, null))),
    ...(after === undefined ? [] : await all(eventsAfter(db, grown, since(after)))),
  ];
  const ids = open.map(({ id }) => id);
  const pages = ids.length === 0 ? [] : await all(pagesOf(db, ids));
  const eventsBy = Map.groupBy(events, ({ ticket }) => ticket);
  const pagesBy = Map.groupBy(pages, ({ ticket }) => ticket);

  return rows.flatMap((row) => {
    const s = holdersOf(row, state.person, scopes);
    try {
      return [
        ticketLine(row, s),
        ...(eventsBy.get(row.id) ?? []).map((event) => eventLine(event, s)),
        ...(pagesBy.get(row.id) ?? []).map((page) => pageLine(page, s)),
      ];
    } catch (error) {
      // One that cannot be read must not keep a device from all the others.
      log.error('a ticket cannot be read; devices do not get it', { ticket: row.id, error });
      return [];
    }
  });
}

function itemsFrom(after: string, { db, all, sizes }: Pulling) {
  const [kind = '', key = ''] = after.split('/');
  return all(itemsByKey(db, shownKinds, { kind, key }, sizes.itemsAStep));
}

async function itemLines(
  items: readonly Schema['directory_item'][],
  { db, all }: Pulling,
): Promise<readonly string[]> {
  const schedules = items.filter(({ kind }) => kind === 'schedule').map(({ key }) => key);
  const shifts = schedules.length === 0 ? [] : await all(shiftsOfAll(db, schedules));
  const shiftsBy = Map.groupBy(shifts, ({ schedule }) => schedule);
  return items.map((item) =>
    itemLine(
      item,
      (item.kind === 'schedule' ? (shiftsBy.get(item.key) ?? []) : []).map(
        ({ from, to, person }) => ({ from, to, person }),
      ),
    ),
  );
}

function withinOf(scopes: readonly string[], person: string): Within {
  return {
    isAll: scopes.includes(everyTicket),
    teams: scopes.flatMap((scope) => (scope.startsWith('team:') ? scope.slice(5) : [])),
    person: scopes.includes(personScope(person)) ? person : null,
  };
}

function isNothing({ isAll, teams, person }: Within): boolean {
  return !isAll && teams.length === 0 && person === null;
}
