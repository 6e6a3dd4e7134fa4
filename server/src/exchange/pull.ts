/**
 * One step of what a device is sent (sync.md, sections 2 and 3). Each step takes the device further: a scope that is new to
 * it is filled, by id; then everything that changed follows, by version. A step reads within somebody's snapshot.
 */

import { referenceOf } from '@rung/domain/access/reference.ts';
import { everyTicket, personScope, reference } from '@rung/domain/access/scopes.ts';
import { kinds } from '@rung/domain/directory/directory.ts';
import type { Database, Transaction } from '../db/open.ts';
import {
  type Head,
  itemsAfter,
  itemsByKey,
  itemsOfVersion,
  leftIn,
  pagesIn,
  type PulledTicket,
  shiftsOfAll,
  ticketsAfter,
  ticketsAmong,
  ticketsById,
  ticketsOfVersion,
  type Within,
} from '../db/pull.ts';
import type { Schema } from '../db/schema.ts';
import type { Log } from '../log.ts';
import { type Cookie, type Filling, heldScopes } from './cookie.ts';
import { holdersOf, itemLine, leftLine, pageLine } from './lines.ts';
import { fitting, ticketLines } from './ticket-lines.ts';

export type Pulling = {
  readonly db: Pick<Database, 'build'>;
  readonly all: Transaction['all'];
  readonly head: Head;
  readonly log: Log;
  /** All scopes the person has now. */
  readonly scopes: readonly string[];
  readonly sizes: Sizes;
};

/**
 * At most so many lines, and so much text, before a mark, but for what a step brings; so many tickets, and so many items,
 * in a step, and so much text of tickets, but for the first.
 */
export type Sizes = {
  readonly linesAPortion: number;
  readonly bytesAPortion: number;
  readonly bytesAStep: number;
  readonly ticketsAStep: number;
  readonly itemsAStep: number;
};

export type Step = { readonly lines: readonly string[]; readonly state: Cookie };

const shownKinds: readonly string[] = kinds.filter(
  (kind) => referenceOf(kind, {} as never) !== null,
);

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
  const found = isNothing(within) ? [] : await all(ticketsById(db, state.person, within, page));
  const rows = found.slice(0, await fitting(found, () => false, state, pulling));
  const { lines, missing } = await ticketLines(rows, () => false, state, pulling);
  const last = rows.at(-1);
  if ((rows.length < found.length || found.length === ticketsAStep) && last !== undefined) {
    return { lines, state: { ...next({ after: last.id }), missing } };
  }
  if (part === 'open') return { lines, state: { ...next({ part: 'closed', after: '' }), missing } };
  const scopes = [...new Set([...state.scopes, ...filling.scopes])].sort();
  return { lines, state: { ...state, missing, scopes, filling: null } };
}

/** Sends what changed in the scopes that the device has, whole versions, up to where it stands or as far as one step goes. */
async function follow(state: Cookie, pulling: Pulling): Promise<Step> {
  const { db, all, head, sizes } = pulling;
  const { person, scopes, ver } = state;
  const within = withinOf(scopes, person);
  const ticketsThen = isNothing(within)
    ? []
    : await all(ticketsAfter(db, person, within, ver, sizes.ticketsAStep + 1));
  const itemsThen = scopes.includes(reference)
    ? await all(itemsAfter(db, shownKinds, ver, sizes.itemsAStep + 1))
    : [];
  // Versions are sent whole: of the one at the edge, either all or nothing.
  const edge = Math.min(
    edgeOf(ticketsThen, sizes.ticketsAStep),
    edgeOf(itemsThen, sizes.itemsAStep),
    head.ver + 1,
  );
  const whole = ticketsThen.filter((row) => row.ver < edge);
  const isOneVersion = edge <= head.ver && [...whole, ...itemsThen].every((row) => row.ver >= edge);
  const isHeld = (row: PulledTicket) => wasHeld(row, state);
  const to = isOneVersion ? edge : await lastThatFits(whole, isHeld, state, edge - 1, pulling);
  const rows = isOneVersion
    ? await all(ticketsOfVersion(db, person, within, edge))
    : whole.filter((row) => row.ver <= to);
  const items =
    isOneVersion && scopes.includes(reference)
      ? await all(itemsOfVersion(db, shownKinds, edge))
      : itemsThen.filter((row) => row.ver <= to);

  const span = { after: ver, to };
  const left = scopes.length === 0 ? [] : await all(leftIn(db, scopes, span));
  const pages = isNothing(within) ? [] : await all(pagesIn(db, person, within, span));
  const told = await ticketLines(rows, isHeld, state, pulling);
  const lines = [
    ...left.map(leftLine),
    ...(await itemLines(items, pulling)),
    ...told.lines,
    ...pages.map((page) => pageLine(page, holdersOf(page, person, scopes))),
  ];
  const from = to === head.ver ? to : state.from;
  return { lines, state: { ...state, missing: told.missing, from, ver: to } };
}

/** The version of the first row that a step has no room for. */
function edgeOf(rows: readonly { readonly ver: number }[], most: number): number {
  return rows[most]?.ver ?? Infinity;
}

/** Up to which version the tickets, in its order, are not too much text; of the first one always. */
async function lastThatFits(
  rows: readonly PulledTicket[],
  isHeld: (row: PulledTicket) => boolean,
  state: Cookie,
  last: number,
  pulling: Pulling,
): Promise<number> {
  const count = await fitting(rows, isHeld, state, pulling);
  const beyond = rows[count];
  return beyond === undefined ? last : Math.max(rows[0]?.ver ?? last, beyond.ver - 1);
}

/** Whether a device with this cookie has the ticket, timeline and all, as of when it last had all there was. */
function wasHeld(row: PulledTicket, { from, scopes, person, missing }: Cookie): boolean {
  const { team, teamSince, openSince, personalSince } = row;
  const isHeld =
    scopes.includes(everyTicket) ||
    (scopes.includes(`team:${team}`) && teamSince <= from) ||
    (scopes.includes(personScope(person)) && personalSince !== null && personalSince <= from);
  return isHeld && openSince <= from && !missing.includes(row.id);
}

/** Sends whole what could not be read before, and can be now; before anything else, once in an exchange. */
export async function retry(state: Cookie, pulling: Pulling): Promise<Step> {
  const { db, all } = pulling;
  const { missing, person } = state;
  const within = withinOf(heldScopes(state), person);
  const some = missing.slice(0, pulling.sizes.ticketsAStep);
  const rows = isNothing(within) ? [] : await all(ticketsAmong(db, person, within, some));
  const count = await fitting(rows, () => false, state, pulling);
  const others = rows.slice(count).map(({ id }) => id);
  const told = await ticketLines(rows.slice(0, count), () => false, state, pulling);
  // What is in no scope of his any more is not missed.
  const gone = some.filter((id) => rows.every((row) => row.id !== id));
  const left = told.missing.filter((id) => !gone.includes(id));
  return { lines: told.lines, state: { ...state, missing: [...new Set([...left, ...others])] } };
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
