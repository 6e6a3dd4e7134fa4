/** Which tickets a desk sees, and where its reader is among them. */

import { isAtRisk } from '@rung/domain/ticket/at-risk.ts';
import { notReached } from '@rung/domain/ticket/not-reached.ts';
import type { HeldTicket } from './this-device.svelte.ts';

const views = ['all', 'free', 'risk', 'unreached'] as const;
/**
 * `free`: nobody has it; `risk`: what the client was promised may be broken, or is; `unreached`: somebody whom the ladder
 * asks cannot be reached.
 */
export type View = (typeof views)[number];

/** As it stands in the address. */
export type Asked = {
  readonly view: View;
  /** Key; null = all of them. */
  readonly team: string | null;
};

/** What the address asks for; what it does not know is left out. */
export function askedOf(search: Pick<URLSearchParams, 'get'>): Asked {
  return {
    view: views.find((view) => view === search.get('view')) ?? 'all',
    team: search.get('team'),
  };
}

/** The other way round: "?view=free&team=cold&ticket=01…"; `ticket` null = none is shown beside the list. */
export function searchOf({ view, team }: Asked, ticket: string | null): string {
  const parts = [
    ...(view === 'all' ? [] : [`view=${view}`]),
    ...(team === null ? [] : [`team=${encodeURIComponent(team)}`]),
    ...(ticket === null ? [] : [`ticket=${encodeURIComponent(ticket)}`]),
  ];
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

type Shown = Pick<HeldTicket, 'state'>;

function isIn({ state }: Shown, view: View, now: number): boolean {
  switch (view) {
    case 'all':
      return true;
    case 'free':
      return state.owner === null;
    case 'risk':
      return isAtRisk(state, now);
    case 'unreached':
      return notReached(state).length > 0;
  }
}

const isOf = ({ state }: Shown, team: string | null): boolean =>
  team === null || state.team === team;

/** `now` by the server's clock. */
export function isAsked(row: Shown, { view, team }: Asked, now: number): boolean {
  return isIn(row, view, now) && isOf(row, team);
}

export type Counts = {
  readonly view: Readonly<Record<View, number>>;
  /** Keys of the teams that have something open. */
  readonly team: ReadonlyMap<string, number>;
};

/** How many each choice would show, with the other left as it is. */
export function countsOf(rows: readonly Shown[], asked: Asked, now: number): Counts {
  const view = { all: 0, free: 0, risk: 0, unreached: 0 };
  const team = new Map<string, number>();
  for (const row of rows) {
    const { team: of } = row.state;
    if (isOf(row, asked.team)) for (const one of views) if (isIn(row, one, now)) view[one] += 1;
    if (of !== null && isIn(row, asked.view, now)) team.set(of, (team.get(of) ?? 0) + 1);
  }
  return { view, team };
}

/**
 * The ticket one step further in the list, or at its end. `before`: where the one that is shown stood when it was in the list
 * last: from one that is gone, a step leads to what stands in its place. null = the list is empty.
 */
export function stepFrom(
  ids: readonly string[],
  shown: string | null,
  before: number,
  step: 1 | -1,
): string | null {
  const at = shown === null ? -1 : ids.indexOf(shown);
  const isGone = at < 0 && shown !== null;
  const to = isGone ? (step === 1 ? before : before - 1) : at + step;
  return ids[Math.min(Math.max(to, 0), ids.length - 1)] ?? null;
}
