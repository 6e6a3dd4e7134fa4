import { nextThing } from '@rung/domain/ticket/queue.ts';
import { isOpen, isUnbegun } from '@rung/domain/ticket/ticket.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';
import { isTakenHere, whoHas } from './who-has.ts';

type Said = {
  readonly me: string;
  readonly name: (person: string) => string;
  readonly time: (at: number) => string;
};

/** Who has the ticket and what comes of it, in a few words: for a list, where nothing else says what comes. */
export function holderOf(ticket: HeldTicket, { me, name, time }: Said): string {
  const { state, waiting } = ticket;
  const who = whoHas(ticket, { me, name });
  const isUnsent = state.policyVersion === null || (isUnbegun(state) && waiting.length > 0);
  if (isOpen(state) && state.owner === null && isUnsent) return m.has_unsent();
  const next = nextThing(state);
  if (next === null) return who;
  const by = { time: time(next.at) };
  if (next.what === 'close') return m.has_solved_closes(by);
  if (state.owner === null) return m.has_nobody_next(by);
  if (next.what === 'page' || state.owner !== me || isTakenHere(ticket)) return who;
  return next.what === 'expire' ? m.has_me_asked(by) : m.has_me_ask(by);
}
