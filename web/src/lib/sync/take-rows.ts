/** The rows of a portion, and what leaves the device. Base rows are back in their places here: nothing optimistic is met. */

import type { Stored } from '@rung/domain/ticket/events.ts';
import type { Del, Portion, Put } from '@rung/sync/lines.ts';
import { del, put, scopesLost, type AfterLeaving, type Current } from '@rung/sync/rows.ts';
import type { HeldEvent, HeldPage, HeldRef, HeldTicket } from '../local/rows.ts';
import type { Writing } from '../local/shelf.ts';

type Row = Portion['rows'][number];

/** Puts, then marks: of a row that has both, the mark is ignored where the put is newer, and never the other way round. */
export async function takeRows(
  writing: Writing,
  rows: readonly Row[],
  current: Current,
): Promise<void> {
  const puts = rows.filter((row) => row.t === 'put');
  await putTickets(
    writing,
    lastOf(
      puts.flatMap((row) => heldTicket(row, current)),
      'id',
    ),
    current,
  );
  await writing.event.put(puts.flatMap((row) => heldEvent(row, current)));
  await dropStored(writing, puts);
  const pages = lastOf(
    puts.flatMap((row) => heldPage(row, current)),
    'id',
  );
  const heldPages = await writing.page.many(pages.map(({ id }) => id));
  await writing.page.put(newerThan(heldPages, pages, current));
  const refs = puts.flatMap((row) => heldRef(row, current));
  const heldRefs = await writing.ref.many(refs.map(({ kind, key }) => [kind, key] as const));
  await writing.ref.put(newerThan(heldRefs, refs, current));
  for (const row of rows) if (row.t === 'del') await takeDel(writing, row);
}

/** The server has their bytes: here they have done their work. */
async function dropStored({ file, dropFiles }: Writing, puts: readonly Put[]): Promise<void> {
  for (const { e, d } of puts) {
    if (e !== 'event' || d.name !== 'stored') continue;
    const { args } = d as unknown as Stored;
    if ((await file.get(args.file))?.hash === args.hash) await dropFiles([args.file]);
  }
}

function heldTicket({ e, d, s: scopes, v }: Put, { round }: Current): HeldTicket | readonly [] {
  if (e !== 'ticket') return [];
  const { id, number, seq, fold } = d;
  // What is inside comes from our own server, and is folded by the rules that were asked for.
  const state = d.state as unknown as HeldTicket['state'];
  return { id, number, seq, fold, state, scopes, v, round, waiting: [] };
}

function heldEvent({ e, d, v }: Put, { round }: Current): HeldEvent | readonly [] {
  if (e !== 'event') return [];
  const { ticket, seq } = d;
  return { ticket, seq, event: d as unknown as HeldEvent['event'], v, round };
}

function heldPage({ e, d, v }: Put, { round }: Current): HeldPage | readonly [] {
  if (e !== 'page') return [];
  const { receivedAt = null, seenAt = null } = d;
  return { ...d, receivedAt, seenAt, v, round };
}

function heldRef({ e, d, s: scopes, v }: Put, { round }: Current): HeldRef | readonly [] {
  return e === 'ref' ? { kind: d.kind, key: d.key, item: d, scopes, v, round } : [];
}

/** Each once, as it came last. */
function lastOf<Row>(rows: readonly Row[], key: keyof Row): readonly Row[] {
  return [...new Map(rows.map((row) => [row[key], row])).values()];
}

async function putTickets(
  writing: Writing,
  sent: readonly HeldTicket[],
  current: Current,
): Promise<void> {
  if (sent.length === 0) return;
  const held = await writing.ticket.many(sent.map(({ id }) => id));
  const written = newerThan(held, sent, current);
  await writing.ticket.put(written);
  const seqBefore = new Map(held.map((row) => [row?.id, row?.seq]));
  for (const { id, seq, state } of written) {
    const before = seqBefore.get(id);
    if (before === undefined) continue;
    // Closed: its timeline is read on demand. A shorter log than before: the server was restored, the rest never was.
    if (state.phase === 'closed') await writing.dropChildren([id]);
    else if (seq < before) await writing.dropChildren([id], seq);
  }
}

function newerThan<Sent extends { readonly v: number }>(
  held: readonly ({ readonly v: number; readonly round: number } | undefined)[],
  sent: readonly Sent[],
  current: Current,
): readonly Sent[] {
  return sent.filter((row, n) => {
    const before = held[n];
    const kept = before && { scopes: [], v: before.v, round: before.round };
    return put(kept, row.v, current) === 'written';
  });
}

async function takeDel(writing: Writing, { e, id, s, v }: Del): Promise<void> {
  if (e === 'ticket') {
    const held = await writing.ticket.get(id);
    return leave(writing, held, del(held, s, v));
  }
  const at = id.indexOf('/');
  const held = await writing.ref.get([id.slice(0, at), id.slice(at + 1)]);
  return leaveRef(writing, held, del(held, s, v));
}

/** The person's scopes are fewer now: what no other one holds goes at once. */
export async function loseScopes(writing: Writing, lost: readonly string[]): Promise<void> {
  for (const held of await writing.ticketsIn(lost)) {
    await leave(writing, held, scopesLost(held, lost));
  }
  for (const held of await writing.ref.all()) {
    if (held.scopes.some((scope) => lost.includes(scope))) {
      await leaveRef(writing, held, scopesLost(held, lost));
    }
  }
}

/** As a snapshot begins: the person has these scopes and no others, and need not wait for its end to lose the rest. */
export async function keepScopes(writing: Writing, scopes: readonly string[]): Promise<void> {
  const rows = [...(await writing.ticket.all()), ...(await writing.ref.all())];
  const held = new Set(rows.flatMap((row) => row.scopes));
  const lost = [...held].filter((scope) => !scopes.includes(scope));
  if (lost.length > 0) await loseScopes(writing, lost);
}

/** Takes a ticket out, children and all, or out of some scopes only. */
async function leave(
  writing: Writing,
  held: HeldTicket | undefined,
  after: AfterLeaving,
): Promise<void> {
  if (held === undefined) return;
  if (after.kind === 'kept') await writing.ticket.put([{ ...held, scopes: after.scopes }]);
  if (after.kind !== 'gone') return;
  await writing.ticket.drop([held.id]);
  await writing.dropChildren([held.id]);
}

async function leaveRef(
  writing: Writing,
  held: HeldRef | undefined,
  after: AfterLeaving,
): Promise<void> {
  if (held === undefined) return;
  if (after.kind === 'kept') await writing.ref.put([{ ...held, scopes: after.scopes }]);
  if (after.kind === 'gone') await writing.ref.drop([[held.kind, held.key]]);
}
