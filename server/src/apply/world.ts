/**
 * What a group of the writer loop works on: everything it loaded, and everything it is going to write
 * (sync.md, "The writer loop, exactly"). Computing touches memory only.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Change, Directory } from '@rung/domain/directory/directory.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';

/** A ticket as the server keeps it: its fold, how long its log is, and the number people call it by. */
export type Kept = {
  readonly ticket: Ticket;
  readonly seq: number;
  /** null = drawn by the commit of this group. */
  readonly number: number | null;
};

/** What became of a command. */
export type Settled = {
  readonly uid: string;
  readonly outcome: 'applied' | 'noop' | 'rejected';
  readonly code: string | null;
  readonly ticket: string | null;
  readonly person: string;
};

/** What one item does to the world. An item that throws has none, and leaves nothing behind. */
export type Effect = {
  readonly tickets: readonly Kept[];
  readonly events: readonly TicketEvent[];
  readonly settled: readonly Settled[];
  readonly changes: readonly Change[];
  /** Who made `changes`. */
  readonly by: string;
};

export const noEffect: Effect = { tickets: [], events: [], settled: [], changes: [], by: '' };

/** What items see: what the group loaded, under what earlier items of the group did. */
export type World = {
  readonly now: Instant;
  readonly directory: Directory;
  readonly tickets: ReadonlyMap<string, Kept>;
  readonly settled: ReadonlyMap<string, Settled>;
  /** Teams that open tickets stand with; loaded only when the group edits the directory. */
  readonly teamsInUse: ReadonlySet<string>;
};
