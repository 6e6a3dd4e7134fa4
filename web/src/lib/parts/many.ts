/** One act on many tickets at once: each gets a command of its own, and what it cannot be done to is left out. */

import { actsOf } from '@rung/domain/access/acts.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { type Act, blank, commandOf, type Hands, type Typed } from './acts.ts';

type Row = Pick<HeldTicket, 'id' | 'state'>;

/** What it is done to, in the order of the rows. Left out is what this person may not do there, and what changes nothing. */
export function commandsFor<Of extends Row>(
  act: Act,
  rows: readonly Of[],
  hands: Hands,
  typed: Typed = blank,
): readonly { readonly row: Of; readonly command: Command }[] {
  return rows.flatMap((row) => {
    const { state } = row;
    const isThere = act === 'transfer' && state.team === typed.team;
    if (isThere || !actsOf(state, hands).has(act)) return [];
    const command = commandOf(act, state, hands.person, typed);
    return command === null ? [] : [{ row, command }];
  });
}

/** Those on which the act could be done, whatever is typed. */
export function ableOf<Of extends Row>(act: Act, rows: readonly Of[], hands: Hands): readonly Of[] {
  return rows.filter(({ state }) => actsOf(state, hands).has(act));
}
