/** The last column of a queue: what the server does about a ticket next, in as few words as fit a cell. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Known } from '@rung/domain/escalation/known-targets.ts';
import { whatComes } from '@rung/domain/escalation/what-comes.ts';
import { nextThing } from '@rung/domain/ticket/queue.ts';
import { isUnbegun } from '@rung/domain/ticket/ticket.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { type LadderWords, named } from './ladder-names.ts';
import { countsBelowMs, leftWords } from './left.ts';
import { isTakenHere } from './who-has.ts';

export type Coming = {
  /** Time left, while it is counted down; null = it is not. */
  readonly count: string | null;
  readonly text: string;
  /** It was to happen, and nothing was heard of it here. */
  readonly isDue: boolean;
};

const said = (text: string): Coming => ({ count: null, text, isDue: false });

/** `now` by the server's clock. */
export function comingOf(
  { state, waiting }: Pick<HeldTicket, 'state' | 'waiting'>,
  known: Known,
  words: LadderWords,
  now: Instant,
): Coming {
  // What is done here stops nothing before the server has it; nor does it begin anything.
  if (isTakenHere({ waiting })) return said(m.coming_unsent());
  if (state.policyVersion === null) return said(m.coming_once_sent());
  if (isUnbegun(state) && waiting.length > 0) return said(m.coming_once_sent());
  const next = nextThing(state);
  if (next === null || next.what === 'ask' || next.what === 'close') {
    if (state.owner === null || state.ownedSince === null) return said(m.coming_nothing());
    return said(m.coming_acked({ time: words.time(state.ownedSince) }));
  }
  const who =
    next.what === 'page'
      ? named(whatComes(state, known).next().value ?? { people: [], isWhole: false }, words)
      : null;
  const left = next.at - now;
  if (left > 0 && left < countsBelowMs) {
    const text = who === null ? m.coming_to_others() : m.coming_to({ who });
    return { count: leftWords(left), text, isDue: false };
  }
  const time = words.time(next.at);
  if (left <= 0) {
    const text = who === null ? m.coming_others_due({ time }) : m.coming_due({ time, who });
    return { count: null, text, isDue: true };
  }
  return said(who === null ? m.coming_others_at({ time }) : m.coming_at({ time, who }));
}
