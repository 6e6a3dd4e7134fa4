/** The response ladder in a few strokes: for a cell of a list, where there is no room for people and times. */

import { isOpen, isSeeking, type Ticket } from '../ticket/ticket.ts';
import { type Known, knownPolicyOf } from './known-targets.ts';
import { isFiredDead } from './ladder.ts';

/** A rung: its people were paged, none of them could be reached, it is the one that is waited on, or it is yet to come. */
export type Stroke = 'fired' | 'broken' | 'live' | 'planned';

/**
 * The steps of this lap and the fallback behind them, from the first one down. Empty where this device does not hold the
 * ticket's policy.
 */
export function miniLadder(
  ticket: Ticket,
  known: Pick<Known, 'policy-version'>,
): readonly Stroke[] {
  const policy = knownPolicyOf(ticket, known);
  if (policy === undefined) return [];
  const steps = policy.response.length;
  const at = reachedAt(ticket, steps);
  const isLooking = isOpen(ticket) && isSeeking(ticket);
  return Array.from({ length: steps + 1 }, (_, n): Stroke => {
    if (n > at) return 'planned';
    if (n < at || !isLooking) return 'fired';
    return isFiredDead(ticket, ['unreachable']) ? 'broken' : 'live';
  });
}

/** The rung that fired last, counted from 0; -1 = none did. */
function reachedAt({ run }: Ticket, steps: number): number {
  const rung = run?.fired?.rung;
  if (rung?.kind === 'fallback') return steps;
  const step = rung?.kind === 'step' ? rung.step : (run?.reached?.step ?? 0);
  return Math.min(step, steps) - 1;
}
