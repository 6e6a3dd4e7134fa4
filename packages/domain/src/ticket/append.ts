import { must } from '../base/must.ts';
import type { Consequence, Envelope, Fact, TicketEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { Ticket } from './ticket.ts';

/** A ticket, how long its log is, and what was added to it just now. */
export type Log = {
  readonly ticket: Ticket | null;
  readonly seq: number;
  readonly added: readonly TicketEvent[];
};

type Stamp = Pick<Envelope, 'ticket' | 'by' | 'recordedAt' | 'claimedAt'> & {
  /** What the n-th (from 0) of these came from. */
  readonly cause: (n: number) => string;
};

/** The log with these at its end: numbered on from its last, and folded. */
export function append(
  log: Log,
  entries: readonly (Fact | Consequence)[],
  { cause, ...stamp }: Stamp,
): Log & { readonly ticket: Ticket } {
  const events = entries.map((entry, n): TicketEvent => ({
    ...entry,
    ...stamp,
    seq: log.seq + 1 + n,
    cause: cause(n),
  }));
  return {
    ticket: must(events.reduce<Ticket | null>(evolve, log.ticket), `${stamp.ticket} has no events`),
    seq: log.seq + events.length,
    added: [...log.added, ...events],
  };
}
