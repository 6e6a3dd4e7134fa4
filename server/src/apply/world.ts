/**
 * What a group of the writer loop works on: everything it loaded, and everything it is going to write
 * (sync.md, "The writer loop, exactly"). Computing touches memory only.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Change, Directory } from '@rung/domain/directory/directory.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { Settled } from '../db/settled.ts';
import type { TicketRow } from '../db/tickets.ts';

/** A ticket as the server keeps it. `number` null = drawn by the commit of this group. */
export type Kept = Omit<TicketRow, 'number'> & { readonly number: number | null };

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
  /** `sync_head.ver` before anything else was loaded; loaded only when the group edits the directory, else 0. */
  readonly ver: number;
  readonly directory: Directory;
  readonly tickets: ReadonlyMap<string, Kept>;
  readonly settled: ReadonlyMap<string, Settled>;
  /** Teams that tickets stand with; loaded only when the group edits the directory. */
  readonly teamsInUse: ReadonlySet<string>;
};
