/** What can be done to a ticket on this screen: which buttons stand where, and the command behind each. */

import { type Act, actsOf, type Hands } from '@rung/domain/access/acts.ts';
import type { Severity } from '@rung/domain/directory/directory.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import {
  has,
  isOpen,
  isUnbegun,
  isWaitingForSign,
  pageOf,
  type Ticket,
} from '@rung/domain/ticket/ticket.ts';
import type { HeldRef } from '#lib/state/this-device.svelte.ts';

export type { Act, Hands } from '@rung/domain/access/acts.ts';
export { severitiesFor } from '@rung/domain/access/acts.ts';

/** Where the buttons of a screen stand: the filled one (null = none), those beside it, and the rest. */
export type Foot = {
  readonly first: Act | null;
  readonly beside: readonly Act[];
  readonly more: readonly Act[];
};

/** At most so many stand beside the filled one. */
const mostBeside = 3;

/**
 * The foot for this person. Filled is what is due of him: to acknowledge, or to tell how it goes. Acknowledge and Solved
 * never stand together: whoever has both finds Solved under More.
 */
export function footOf(ticket: Ticket, hands: Hands): Foot {
  const acts = actsOf(ticket, hands);
  const { person } = hands;
  const isHis = has(ticket, person);
  // What was reported, handed over or reopened here asks somebody once the server has it: not him who did it.
  const isFree = ticket.owner === null && !isUnbegun(ticket);
  const isAsked = pageOf(ticket, person) !== null || isFree || (isHis && isWaitingForSign(ticket));
  const first = acts.has('acknowledge') && isAsked ? 'acknowledge' : isHis ? 'progress' : null;
  const wanted: readonly Act[] =
    first === 'acknowledge'
      ? ['attach', 'progress', 'transfer']
      : first === 'progress' && isOpen(ticket)
        ? ['attach', 'transfer', 'resolve']
        : ['attach', 'progress', 'acknowledge', 'reopen'];
  const isThere = (act: Act): boolean => acts.has(act) && act !== first;
  const beside = wanted.filter(isThere).slice(0, mostBeside);
  const more = [...acts].filter((act) => isThere(act) && !beside.includes(act));
  return { first: first !== null && acts.has(first) ? first : null, beside, more };
}

/** What a person's device knows of the company, as the rules ask for it; null = it was not told yet who he is. */
export function handsOf(
  person: string,
  self: HeldRef | null,
  teams: readonly HeldRef[],
  now: number,
): Hands | null {
  if (self === null) return null;
  const company = {
    person: new Map([[person, self.item]]),
    team: new Map(teams.map(({ key, item }) => [key, item])),
  } as unknown as Hands['company'];
  return { person, company, now };
}

/** What is typed and chosen in a sheet. Every field is a word of its own; which of them an act reads says `commandOf`. */
export type Typed = {
  readonly text: string;
  readonly team: string;
  readonly severity: Severity | '';
};
export const blank: Typed = { text: '', team: '', severity: '' };

/** The command that an act means, by what the screen showed; null = something has to be typed or chosen first. */
export function commandOf(
  act: Act,
  ticket: Pick<Ticket, 'id' | 'generation' | 'severity' | 'pages'>,
  person: string,
  { text, team, severity }: Typed = blank,
): Command | null {
  const { id } = ticket;
  const seen = { generation: ticket.generation, severity: ticket.severity };
  const said = text.trim();
  switch (act) {
    case 'acknowledge':
      return { name: act, args: { ticket: id, seen } };
    case 'decline': {
      const page = pageOf(ticket, person);
      return page && { name: act, args: { ticket: id, page: page.id } };
    }
    case 'release':
    case 'close':
      return { name: act, args: { ticket: id } };
    case 'progress':
      return said === '' ? null : { name: act, args: { ticket: id, seen, note: said } };
    case 'comment':
      return said === '' ? null : { name: act, args: { ticket: id, note: said } };
    case 'change-severity':
      if (severity === '' || said === '') return null;
      return { name: act, args: { ticket: id, seen, severity, reason: said } };
    case 'transfer':
      return team === '' ? null : { name: act, args: { ticket: id, seen, team, note: said } };
    case 'resolve':
      return { name: act, args: { ticket: id, seen, resolution: said } };
    case 'reopen':
      return said === '' ? null : { name: act, args: { ticket: id, reason: said } };
    case 'attach':
      return null;
  }
}

/** What was typed and chosen for a command, to be changed and done again. */
export function typedIn(command: Command): Typed {
  switch (command.name) {
    case 'progress':
    case 'comment':
      return { ...blank, text: command.args.note };
    case 'change-severity':
      return { ...blank, text: command.args.reason, severity: command.args.severity };
    case 'transfer':
      return { ...blank, text: command.args.note, team: command.args.team };
    case 'resolve':
      return { ...blank, text: command.args.resolution };
    case 'reopen':
      return { ...blank, text: command.args.reason };
    default:
      return blank;
  }
}

/** How many characters the server takes. */
export function mostOf(act: Act): number {
  return act === 'change-severity' || act === 'reopen' ? 2000 : 20_000;
}
