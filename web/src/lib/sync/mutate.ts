import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import type { Refusal } from '@rung/domain/ticket/refusals.ts';
import { foldVersion, pageOf } from '@rung/domain/ticket/ticket.ts';
import { storable } from '@rung/protocol/storable.ts';
import { attempt } from '@rung/sync/replay.ts';
import { wallClock } from '@rung/sync/wall-clock.ts';
import type { Local } from '../local/local.ts';
import type { Base, HeldTicket, Pending, Settled } from '../local/rows.ts';
import type { Writing } from '../local/shelf.ts';
import { companyAround } from './company.ts';
import { rederive, shown } from './rederive.ts';

export type Doing = {
  /** The device's clock. */
  readonly now: Instant;
  /** ULID, drawn by whoever asks: the same one twice is one command. */
  readonly uid: string;
  /** The draft that this was, by its ticket: it goes as the command comes. */
  readonly draft?: string;
  /** The page it answers, as the page's push says: newer than what is known here, so that it is never refused here. */
  readonly page?: string;
};

/**
 * Does it here at once and leaves it for the server, in one transaction: when this resolves, nothing loses it any more.
 * A refusal stores nothing. @throws when this device keeps nothing, or has no room.
 */
export function mutate(
  local: Local,
  asked: Command,
  doing: Doing,
): Promise<Result<Pending, Refusal>> {
  return local.apply((writing) => perform(writing, local.person, asked, doing));
}

/** The same, inside a transaction that does more. A refusal writes nothing. */
export async function perform(
  writing: Writing,
  person: string,
  asked: Command,
  { now, uid, draft, page }: Doing,
): Promise<Result<Pending, Refusal>> {
  const command = cleaned(asked);
  const { ticket } = command.args;
  // Asked in one go, and written in one: each turn of the database is a wait that a person sees.
  const [waits, settled, meta, held] = await Promise.all([
    writing.pendingOf(uid),
    writing.settled.get(uid),
    writing.meta(),
    heldOf(writing, ticket),
  ]);
  // The connection broke after the first try was kept, or a button was pressed twice.
  if (waits !== undefined) return accept(waits);
  if (settled !== undefined) return verdictOf(settled);

  const { before, base } = await shownBefore(writing, person, ticket, held);
  const answered = page ?? answeredBy(command, before, person);
  const pending: Pending = {
    id: meta.nextId,
    uid,
    ticket,
    at: wallClock(now),
    offset: meta.offset,
    command,
    mayBeRefused: null,
    isRepeat: false,
    ...(answered === null ? {} : { page: answered }),
  };
  const company = await companyAround(writing, person, before?.state ?? null);
  const done = attempt(before, pending, { person, company });
  // Over a row that other rules made, our no may be wrong: the server will say.
  const isOurs = page === undefined && (before === null || before.fold === foldVersion);
  if (!done.ok && isOurs && done.refusal.kind !== 'not-shown') return refuse(done.refusal);
  const mayBeRefused = done.ok ? null : done.refusal.kind;

  const waiting = { uid, mayBeRefused, events: done.ok ? done.value.events : [] };
  const row = done.ok ? done.value.row : before;
  const after = shown(before, row, [...(before?.waiting ?? []), waiting]);
  await Promise.all([
    writing.base.put(base === undefined ? [{ id: ticket, row: before }] : []),
    writing.ticket.put(after === null ? [] : [after]),
    writing.outbox.put([{ ...pending, mayBeRefused }]),
    writing.setMeta({ ...meta, nextId: meta.nextId + 1 }),
    writing.draft.drop(draft === undefined ? [] : [draft]),
  ]);
  return accept({ ...pending, mayBeRefused });
}

/** Where it answers its person's page, that page: with it, the answer needs no session. */
function answeredBy({ name }: Command, row: HeldTicket | null, person: string): string | null {
  if (name !== 'acknowledge' || row?.fold !== foldVersion) return null;
  return pageOf(row.state, person)?.id ?? null;
}

function verdictOf(settled: Settled): Result<Pending, Refusal> {
  const { outcome, code } = settled;
  // What the server says no with is a refusal's kind; of a defect of its own it is another word, and as good.
  if (outcome === 'rejected' || outcome === 'quarantined') return refuse({ kind: code } as Refusal);
  return accept(settled);
}

/** The row as it is shown, and what of it is put aside. */
type Held = { readonly before: HeldTicket | null; readonly base: Base | undefined };

async function heldOf(writing: Writing, ticket: string): Promise<Held> {
  const [row, base] = await Promise.all([writing.ticket.get(ticket), writing.base.get(ticket)]);
  return { before: row ?? null, base };
}

/** As it is shown now. What another version of the app made of it (an old tab, a new worker) is made again. */
async function shownBefore(
  writing: Writing,
  person: string,
  ticket: string,
  held: Held,
): Promise<Held> {
  const { before } = held;
  if (before === null || before.waiting.length === 0 || before.fold === foldVersion) return held;
  await rederive(writing, person);
  return heldOf(writing, ticket);
}

/** The same, every text in it as either database can store it. */
function cleaned<Value>(value: Value): Value {
  if (typeof value === 'string') return storable(value) as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned) as Value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [field, cleaned(inner)]),
  ) as Value;
}
