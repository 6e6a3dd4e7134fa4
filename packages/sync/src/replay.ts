/**
 * What a person sees before the server has spoken: the server's row, with the commands that wait on this device done to it
 * by the server's own rules. Their order is the outbox's; the server may have another, and is right.
 */

import { permits } from '@rung/domain/access/permits.ts';
import type { Company } from '@rung/domain/access/scopes.ts';
import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import { append } from '@rung/domain/ticket/append.ts';
import { decide } from '@rung/domain/ticket/decide.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { Refusal } from '@rung/domain/ticket/refusals.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { isAnswer } from './answers.ts';
import type { Pending } from './outbox.ts';

/** As far as the rules read it. */
export type Folded = { readonly seq: number; readonly state: Ticket };

/** Whose device it is, and what it knows of the company; null = nothing yet, and then only the server says who may. */
export type Here = { readonly person: string; readonly company: Company | null };

/** What became of one waiting command here. */
export type Waiting = {
  readonly uid: string;
  readonly mayBeRefused: string | null;
  /** What it made of the ticket; empty = nothing, or nothing any more. */
  readonly events: readonly TicketEvent[];
};

/** What one command makes of the row. null = there is none with that id. */
export function act(
  row: Folded | null,
  {
    uid,
    ticket,
    at,
    offset,
    command,
  }: Pick<Pending, 'uid' | 'ticket' | 'at' | 'offset' | 'command'>,
  { person, company }: Here,
): Result<{ readonly row: Folded | null; readonly events: readonly TicketEvent[] }, Refusal> {
  // By the server's clock, as far as it is known: the ticket's own moments are told by that one.
  const now = at + (offset ?? 0);
  const state = row?.state ?? null;
  // A push names a ticket that the device does not hold: an answer to it is never refused here.
  if (state === null && isAnswer(command)) return accept({ row: null, events: [] });
  if (company !== null) {
    const verdict = permits(person, command, state, company, now);
    if (verdict === 'no') return refuse({ kind: 'not-permitted' });
    if (verdict === 'unknown') return refuse({ kind: 'unknown-ticket' });
  }
  const decided = decide(state, command, { by: person, actedAt: now, ackExpiresAt: null }, now);
  if (!decided.ok) return decided;
  if (decided.value.facts.length === 0) return accept({ row, events: [] });
  const log = append({ ticket: state, seq: row?.seq ?? 0, added: [] }, decided.value.facts, {
    ticket,
    by: person,
    recordedAt: now,
    claimedAt: now,
    cause: () => uid,
  });
  return accept({ row: { seq: log.seq, state: log.ticket }, events: log.added });
}

/**
 * The row as this device shows it: `base` with the ticket's waiting commands, in order. One that would be refused changes
 * nothing and says so. `isIn`: whether the server's row holds the command's effects already, though its result has not come.
 */
export function replay(
  base: Folded | null,
  waiting: readonly Pending[],
  here: Here,
  isIn: (uid: string) => boolean,
): { readonly row: Folded | null; readonly waiting: readonly Waiting[] } {
  let row = base;
  const marks = waiting.map((pending): Waiting => {
    const { uid, isRepeat, isWithdrawn, command } = pending;
    // The server has a ticket with this id: most likely this report made it, and else the server says so.
    const isReported = command.name === 'report' && base !== null;
    if (isRepeat || isWithdrawn || isReported || isIn(uid))
      return { uid, mayBeRefused: null, events: [] };
    const done = attempt(row, pending, here);
    if (!done.ok) return { uid, mayBeRefused: done.refusal.kind, events: [] };
    row = done.value.row;
    return { uid, mayBeRefused: null, events: done.value.events };
  });
  return { row, waiting: marks };
}

/**
 * `act`, but a row that our rules choke on (another version of them made it) is no defect: it must not keep the device from
 * talking, nor its person from doing something. Such a command waits, and shows nothing.
 */
export function attempt(
  row: Folded | null,
  pending: Pending,
  here: Here,
): ReturnType<typeof act> | Unshown {
  try {
    return act(row, pending, here);
  } catch {
    return { ok: false, refusal: { kind: 'not-shown' } };
  }
}
type Unshown = { readonly ok: false; readonly refusal: { readonly kind: 'not-shown' } };
