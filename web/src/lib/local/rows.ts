/** What a person's device holds, as the rest of the web sees it. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Command, PictureType } from '@rung/domain/ticket/commands.ts';
import type { TicketEvent } from '@rung/domain/ticket/events.ts';
import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import type { Waiting } from '@rung/sync/replay.ts';
import type { Kept } from '@rung/sync/rows.ts';

export type { Pending, Settled } from '@rung/sync/outbox.ts';
export type { Waiting } from '@rung/sync/replay.ts';

/** A ticket as the screen shows it: the server's, with what waits on this device done to it already. */
export type HeldTicket = Kept & {
  /** ULID. */
  readonly id: string;
  /** null = the server does not know it yet. */
  readonly number: number | null;
  readonly seq: number;
  /** The rules that folded `state` (domain's `foldVersion`). */
  readonly fold: number;
  readonly state: Ticket;
  /** What waits on it, the oldest first; empty = the server has confirmed all of it. */
  readonly waiting: readonly Waiting[];
  /** What the server has taken by a page's door: its own rows have not told of it yet. Missing = nothing. */
  readonly heard?: readonly Waiting[];
};

/** The server's version of a ticket that waiting commands touch; `row` null = it has none, as far as we know. */
export type Base = { readonly id: string; readonly row: HeldTicket | null };

/** Kept beside what the server sent. Children have no scopes of their own: they go with their ticket. */
type Child = { readonly v: number; readonly round: number };

export type HeldEvent = Child & {
  readonly ticket: string;
  readonly seq: number;
  readonly event: TicketEvent;
};

/** An entry of a ticket's timeline. `isWaiting`: made on this device, and not confirmed. */
export type Entry = { readonly event: TicketEvent; readonly isWaiting: boolean };

export type HeldPage = Child & {
  readonly id: string;
  readonly ticket: string;
  readonly person: string;
  readonly state: string;
  readonly createdAt: Instant;
  /** When a device of its person first showed it; null = none has. Missing in rows of an older server. */
  readonly receivedAt?: Instant | null;
  /** When its person first opened it. */
  readonly seenAt?: Instant | null;
};

/** A ticket with all that this device holds of it: `entries` by number, what waits last; pictures the oldest first. */
export type WholeTicket = {
  readonly ticket: HeldTicket;
  readonly entries: readonly Entry[];
  readonly pages: readonly HeldPage[];
  /** As `ticket` is: a picture whose command does not wait any more is here until its bytes went, never neither. */
  readonly files: readonly HeldFile[];
};

/** What a desk shows together: `tickets` are the open ones, the newest first; `whole` null = it is not here. */
export type HeldDesk = {
  readonly tickets: readonly HeldTicket[];
  readonly whole: WholeTicket | null;
  /** The server refused something that was done here to the ticket that is shown whole. */
  readonly isRefused: boolean;
};

/** A picture that is on this device because the server does not have its bytes yet. The bytes lie beside it, in parts. */
export type HeldFile = {
  /** ULID. */
  readonly id: string;
  readonly ticket: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  readonly type: PictureType;
  /** A small JPEG, base64. */
  readonly thumbnail: string | null;
  /** The device's clock. */
  readonly addedAt: Instant;
  /** `draft`: of a report that is still written; `attached`: its command was done here, and its bytes are on their way. */
  readonly state: 'draft' | 'attached';
  /** How many parts its bytes lie in. */
  readonly parts: number;
  /** Why the server will not take it; null = it may. */
  readonly refused: string | null;
  /** How many bytes the server was heard to have. Missing = none. */
  readonly sent?: number;
};

/** So many of its bytes: a browser of a phone chokes on large ones. */
export type FilePart = { readonly file: string; readonly n: number; readonly bytes: ArrayBuffer };

/** An item of the directory: `item` is what the server sent, `kind` and `key` included. */
export type HeldRef = Kept & {
  readonly kind: string;
  readonly key: string;
  readonly item: Readonly<Record<string, unknown>>;
};

/** A command that was refused for good, with everything typed. It leaves by a human's act only. */
export type Problem = {
  readonly uid: string;
  readonly ticket: string;
  /** The device's clock when the person acted. */
  readonly at: Instant;
  readonly refusedAt: Instant;
  readonly outcome: 'rejected' | 'quarantined';
  readonly code: string | null;
  readonly command: Command;
  /** Of a refused report: what was done to its ticket afterwards, and fell with it. */
  readonly dependants: readonly {
    readonly uid: string;
    readonly at: Instant;
    readonly command: Command;
  }[];
};

/** How this device stands with the server: one row, written with the rows it speaks of. */
export type Meta = {
  readonly name: 'device';
  /** null = not registered yet. */
  readonly device: string | null;
  readonly cookie: string | null;
  /** The rules that folded the rows it speaks of; null = there are none. */
  readonly fold: number | null;
  /** Of the server's database, at the last exchange that ended. */
  readonly epoch: string | null;
  /** Counts snapshots. */
  readonly round: number;
  /** The id of the next command. */
  readonly nextId: number;
  /** Server minus device clock, ms, at the last contact. */
  readonly offset: number | null;
  /** The device's clock at the last exchange that ended. */
  readonly lastAt: Instant | null;
  /** False = a snapshot is under way: rows may miss. */
  readonly isComplete: boolean;
  /** Counts exchanges that began here; only the newest may write. */
  readonly turn: number;
};

export const newMeta: Meta = {
  name: 'device',
  device: null,
  cookie: null,
  fold: null,
  epoch: null,
  round: 0,
  nextId: 1,
  offset: null,
  lastAt: null,
  isComplete: false,
  turn: 0,
};

/** What the screen may know of it. */
export type Standing = Pick<Meta, 'device' | 'offset' | 'lastAt' | 'isComplete'>;
