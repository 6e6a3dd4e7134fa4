import { nextThing } from '@rung/domain/ticket/queue.ts';
import { isOpen, isUnbegun } from '@rung/domain/ticket/ticket.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';

type Said = {
  readonly me: string;
  readonly name: (person: string) => string;
  readonly time: (at: number) => string;
};

/**
 * Who has the ticket and what comes of it, in a few words. That he has it himself is said only once the server said so:
 * until then it goes on looking for somebody.
 */
export function holderOf({ state, waiting }: HeldTicket, { me, name, time }: Said): string {
  const next = nextThing(state);
  const by = next === null ? null : time(next.at);
  if (state.phase === 'closed') return m.has_closed();
  if (!isOpen(state)) return by === null ? m.has_solved() : m.has_solved_closes({ time: by });
  if (state.owner === null) {
    if (state.policyVersion === null || (isUnbegun(state) && waiting.length > 0))
      return m.has_unsent();
    return by === null ? m.has_nobody() : m.has_nobody_next({ time: by });
  }
  if (state.owner !== me) return m.has_other({ name: name(state.owner) });
  const isTaken = waiting.some(({ events }) =>
    events.some((event) => 'effect' in event.args && event.args.effect === 'acked'),
  );
  if (isTaken) return m.has_me_unsent();
  if (by === null || next?.what === 'page') return m.has_me();
  return next?.what === 'expire' ? m.has_me_asked({ time: by }) : m.has_me_ask({ time: by });
}
