/** Which tickets a list of work shows, and what its choices would show. */

import { severities, type Severity } from '@rung/domain/directory/directory.ts';
import { isOpen, pageOf, type Ticket } from '@rung/domain/ticket/ticket.ts';
import type { HeldRef, HeldTicket } from './this-device.svelte.ts';

const whoses = ['mine', 'teams', 'all'] as const;
export type Whose = (typeof whoses)[number];

/** As it stands in the address. */
export type Filter = {
  readonly who: Whose;
  /** Empty = all of them. */
  readonly severities: readonly Severity[];
  /** Key; null = everywhere. */
  readonly site: string | null;
};

export type Me = {
  readonly person: string;
  /** Keys of the teams that he is of, or leads. */
  readonly teams: ReadonlySet<string>;
};

export function meOf(person: string, teams: readonly HeldRef[]): Me {
  const mine = teams.filter(({ item }) => {
    const { lead, members } = item as { readonly lead?: unknown; readonly members?: unknown };
    return lead === person || (Array.isArray(members) && members.includes(person));
  });
  return { person, teams: new Set(mine.map(({ key }) => key)) };
}

/** Whose tickets somebody sees first: his own, unless looking over all of them is what he is there for. */
export function usualWhose(roles: readonly string[]): Whose {
  const looksOver = roles.includes('dispatcher') || roles.includes('manager');
  return looksOver || !roles.includes('staff') ? 'all' : 'mine';
}

/** What the address asks for; what it does not know is left out. */
export function filterOf(search: Pick<URLSearchParams, 'get'>, usual: Whose): Filter {
  const asked = search.get('sev')?.split(',') ?? [];
  return {
    who: whoses.find((whose) => whose === search.get('who')) ?? usual,
    severities: severities.filter((severity) => asked.includes(severity)),
    site: search.get('site'),
  };
}

/** The other way round: "?who=all&sev=S1,S2"; empty where it is what one sees first. */
export function searchOf({ who, severities: some, site }: Filter, usual: Whose): string {
  const parts = [
    ...(who === usual ? [] : [`who=${who}`]),
    ...(some.length === 0 ? [] : [`sev=${some.join(',')}`]),
    ...(site === null ? [] : [`site=${encodeURIComponent(site)}`]),
  ];
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Whether it is his to act on: he has it, helps, was paged and has not answered, or reported it and nobody has it yet. */
export function isMine(ticket: Ticket, person: string): boolean {
  const { owner, coResponders, reportedBy } = ticket;
  if (owner === person || coResponders.includes(person)) return true;
  // What is over asks nobody: it is still his who reported it.
  if (!isOpen(ticket)) return reportedBy === person;
  return (owner === null && reportedBy === person) || pageOf(ticket, person) !== null;
}

type Shown = Pick<HeldTicket, 'state' | 'waiting'>;

function isWhose({ state: ticket, waiting }: Shown, who: Whose, { person, teams }: Me): boolean {
  if (who === 'all') return true;
  // What he did to it is only here: handed over, it is still his to the server.
  if (who === 'mine') return waiting.length > 0 || isMine(ticket, person);
  // What the server has not routed yet stands with no team.
  return ticket.team === null ? ticket.reportedBy === person : teams.has(ticket.team);
}

const hasSeverity = ({ severity }: Ticket, { severities: some }: Filter): boolean =>
  some.length === 0 || some.includes(severity);
const isAt = (ticket: Ticket, { site }: Filter): boolean => site === null || ticket.site === site;

export function isAsked(row: Shown, filter: Filter, me: Me): boolean {
  const { state } = row;
  return hasSeverity(state, filter) && isAt(state, filter) && isWhose(row, filter.who, me);
}

export type Counts = {
  readonly who: Readonly<Record<Whose, number>>;
  readonly severity: Readonly<Record<Severity, number>>;
  /** Keys of the sites where something is. */
  readonly site: ReadonlyMap<string, number>;
};

/** How many each choice would show, with the other two left as they are. */
export function countsOf(rows: readonly Shown[], filter: Filter, me: Me): Counts {
  const who = { mine: 0, teams: 0, all: 0 };
  const severity = { S1: 0, S2: 0, S3: 0, S4: 0 };
  const site = new Map<string, number>();
  for (const row of rows) {
    const ticket = row.state;
    const isSevere = hasSeverity(ticket, filter);
    const isHere = isAt(ticket, filter);
    const isHis = isWhose(row, filter.who, me);
    if (isSevere && isHere) {
      for (const whose of whoses) if (isWhose(row, whose, me)) who[whose] += 1;
    }
    if (isHere && isHis) severity[ticket.severity] += 1;
    if (isSevere && isHis && ticket.site !== null) {
      site.set(ticket.site, (site.get(ticket.site) ?? 0) + 1);
    }
  }
  return { who, severity, site };
}

/** Whether there is more to see than his own and his teams' tickets. */
export function hasMore(tickets: readonly HeldTicket[], me: Me): boolean {
  return tickets.some(
    (row) =>
      row.scopes.includes('all') || (!isWhose(row, 'mine', me) && !isWhose(row, 'teams', me)),
  );
}

/** The rows as they are now, each the very object of before where nothing of it changed: a screen draws only what is new. */
export function keepSame(
  before: ReadonlyMap<string, HeldTicket>,
  now: readonly HeldTicket[],
): ReadonlyMap<string, HeldTicket> {
  return new Map(
    now.map((row) => {
      const was = before.get(row.id);
      return [row.id, was !== undefined && print(was) === print(row) ? was : row];
    }),
  );
}

/** Changes with whatever the row shows: the server's version, or what waits on it. */
function print({ v, round, seq, fold, number, scopes, waiting }: HeldTicket): string {
  const waits = waiting.map(({ uid, mayBeRefused, events }) => [uid, mayBeRefused, events.length]);
  return [v, round, seq, fold, number, scopes, ...waits].join(' ');
}
