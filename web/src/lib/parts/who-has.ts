import { isOpen } from '@rung/domain/ticket/ticket.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { HeldTicket } from '#lib/state/this-device.svelte.ts';

/**
 * Who has the ticket, in the same words on every screen; of one that is over, that it is. That one has it oneself is said
 * only once the server said so: until then it goes on looking for somebody.
 */
export function whoHas(
  ticket: Pick<HeldTicket, 'state' | 'waiting'>,
  { me, name }: { readonly me: string; readonly name: (person: string) => string },
): string {
  const { phase, owner } = ticket.state;
  if (!isOpen(ticket.state)) return phase === 'closed' ? m.has_closed() : m.has_solved();
  if (owner === null) return m.has_nobody();
  if (owner !== me) return m.has_other({ name: name(owner) });
  return isTakenHere(ticket) ? m.has_me_unsent() : m.has_me();
}

/** An acknowledgement of it waits here. */
export function isTakenHere({ waiting }: Pick<HeldTicket, 'waiting'>): boolean {
  return waiting.some(({ events }) =>
    events.some((event) => 'effect' in event.args && event.args.effect === 'acked'),
  );
}
