/**
 * What a person did on this device and the server has not settled.
 *
 *   mutate ──▶ outbox ──applied, noop──▶ settled (kept 30 days, for a server that was restored)
 *                │ ╰────rejected, quarantined──▶ settled, and a problem with everything typed
 *                │ ╰────withdrawn before it was sent──▶ its id and uid alone go
 *                ╰◀── gap, another epoch: what the server has forgotten is offered again
 *
 * 1. Ids count up by one without a gap, per device; what is sent is always the beginning of the outbox.
 * 2. Only a result with the same id and the same uid takes a command out.
 * 3. A uid never changes, so that a repeat is harmless.
 * 4. A dependant of a refused report is sent like any other (its id must arrive) and joins the report's problem when it is
 *    refused in turn.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import type { CommandMessage } from '@rung/protocol/command.ts';
import type { Settlement, withdrawn } from '@rung/protocol/exchange.ts';

export type Pending = {
  /** Its place among the commands of this device, from 1. */
  readonly id: number;
  /** ULID. */
  readonly uid: string;
  /** ULID of the ticket it is about. */
  readonly ticket: string;
  /** The device's wall clock when the person acted. */
  readonly at: Instant;
  /** Server minus device clock, ms, as last measured before; null = never. */
  readonly offset: number | null;
  readonly command: Command;
  /** Why the server may refuse it, as the rules here see it over the server's newest row; null = it looks good. */
  readonly mayBeRefused: string | null;
  /** It was settled before, and is offered to a server that may have forgotten it: shown as whatever the server says. */
  readonly isRepeat: boolean;
  /** Of a repeat, or of what is answered: it was refused then, and its person knows. */
  readonly wasRefused?: true;
  /** Its person took it back before it was sent, as far as was known: only its id and its uid still go. */
  readonly isWithdrawn?: true;
  /** Of an answer: the page it answers. Such a one may go by the page's own door, too. */
  readonly page?: string;
  /** Of an answer: it went by that door, and this is what became of it; its id still has to be settled. */
  readonly answered?: Pick<Settlement, 'outcome' | 'code'>;
};

/** A command the server has settled, and for which device: ids of another one say nothing. */
export type Settled = Pending & {
  readonly device: string;
  readonly outcome: Settlement['outcome'];
  readonly code: string | null;
  /** By the server's clock. */
  readonly settledAt: Instant;
};

/** What stands in an exchange for it. */
export type Outgoing = { readonly id: number } & (
  CommandMessage | { readonly uid: string; readonly name: typeof withdrawn }
);

/** A refused command, to be shown with everything typed. */
export type Refused = {
  readonly pending: Pending;
  readonly outcome: 'rejected' | 'quarantined';
  readonly code: string | null;
};

export type AfterResults = {
  readonly settled: readonly { readonly pending: Pending; readonly result: Settlement }[];
  /** Problems of their own. */
  readonly refused: readonly Refused[];
  /** Refused only because their ticket's report was: they belong to its problem. In order. */
  readonly dependants: readonly Refused[];
  readonly stays: readonly Pending[];
};

/**
 * What the results do to the outbox. `refusedReports`: tickets whose report stands among the problems already. What was
 * refused before and is refused again is no news, and no problem.
 */
export function settle(
  outbox: readonly Pending[],
  results: readonly Settlement[],
  refusedReports: ReadonlySet<string>,
): AfterResults {
  const resultOf = new Map(results.map((result) => [result.id, result]));
  const lost = new Set(refusedReports);
  const settled: { pending: Pending; result: Settlement }[] = [];
  const refused: Refused[] = [];
  const dependants: Refused[] = [];
  const stays: Pending[] = [];
  for (const pending of outbox) {
    const result = resultOf.get(pending.id);
    if (result === undefined || result.uid !== pending.uid) {
      stays.push(pending);
      continue;
    }
    settled.push({ pending, result });
    const { outcome, code } = result;
    if (outcome === 'applied' || outcome === 'noop') {
      // The report was tried again, and this time it was taken: what fails from here on fails for itself.
      if (pending.command.name === 'report') lost.delete(pending.ticket);
      continue;
    }
    if (pending.wasRefused === true) continue;
    const isReport = pending.command.name === 'report';
    const isDependant = !isReport && lost.has(pending.ticket);
    (isDependant ? dependants : refused).push({ pending, outcome, code });
    if (isReport) lost.add(pending.ticket);
  }
  return { settled, refused, dependants, stays };
}

/** The outbox of a new device: the same commands in the same order, counted from `first`. */
export function renumber(outbox: readonly Pending[], first = 1): readonly Pending[] {
  return outbox.map((pending, n) => ({ ...pending, id: first + n }));
}

/**
 * The outbox for a server that knows this device's commands up to `last` only: those between are put back in front, with
 * their ids. The outbox itself = there is no gap (any more). null = some are not kept any more: the device must begin anew.
 */
export function fillGap(
  settled: readonly Settled[],
  outbox: readonly Pending[],
  last: number,
): readonly Pending[] | null {
  const first = outbox[0]?.id;
  if (first === undefined || first === last + 1) return outbox;
  if (first <= last) return null;
  const byId = new Map(settled.map((one) => [one.id, one]));
  const between: Pending[] = [];
  for (let id = last + 1; id < first; id++) {
    const one = byId.get(id);
    if (one === undefined) return null;
    between.push(again(one));
  }
  return [...between, ...outbox];
}

/**
 * The outbox for a server that was restored or cloned: what it settled for this device above `last`, and everything it
 * settled for an earlier one, is offered again before the rest, oldest first. null = nothing is to be offered.
 */
export function offerAgain(
  settled: readonly Settled[],
  outbox: readonly Pending[],
  device: string,
  last: number,
): readonly Pending[] | null {
  const waiting = new Set(outbox.map(({ uid }) => uid));
  const forgotten = settled
    .filter((one) => !waiting.has(one.uid) && (one.device !== device || one.id > last))
    .sort((one, other) => one.settledAt - other.settledAt || one.id - other.id);
  return forgotten.length === 0 ? null : renumber([...forgotten.map(again), ...outbox], last + 1);
}

function again(one: Settled): Pending {
  const { id, uid, ticket, at, offset, command, outcome, isWithdrawn } = one;
  const wasRefused = outcome === 'rejected' || outcome === 'quarantined';
  return {
    ...{ id, uid, ticket, at, offset, command, mayBeRefused: null, isRepeat: true },
    ...(wasRefused ? { wasRefused } : {}),
    ...(isWithdrawn === undefined ? {} : { isWithdrawn }),
  };
}

/**
 * What is taken back with this one: it alone, but with a report everything that was done to its ticket. Nothing, where it
 * does not wait, was settled once and is only offered again, or is known to have arrived.
 */
export function withdraw(outbox: readonly Pending[], uid: string): readonly Pending[] {
  const meant = outbox.find((pending) => pending.uid === uid && !pending.isRepeat);
  if (meant === undefined || meant.answered !== undefined) return [];
  const isReport = meant.command.name === 'report';
  return outbox
    .filter((pending) => pending === meant || (isReport && pending.ticket === meant.ticket))
    .map((pending) => ({ ...pending, mayBeRefused: null, isWithdrawn: true }));
}

/** What goes now: the beginning of the outbox, at most `most` commands and `mostBytes` bytes of JSON, but always the first. */
export function batch(
  outbox: readonly Pending[],
  most: number,
  mostBytes: number,
): readonly Outgoing[] {
  const going: Outgoing[] = [];
  let bytes = 0;
  for (const pending of outbox.slice(0, most)) {
    const sent = outgoing(pending);
    // One more for the comma.
    bytes += bytesOf(JSON.stringify(sent)) + 1;
    if (going.length > 0 && bytes > mostBytes) break;
    going.push(sent);
  }
  return going;
}

function outgoing({ id, uid, at, offset, command, isWithdrawn }: Pending): Outgoing {
  if (isWithdrawn === true) return { id, uid, name: 'withdrawn' };
  // The domain's commands are what the wire takes, but read-only and nominally another type.
  return { id, uid, at, offset, ...command } as Outgoing;
}

/** Length in UTF-8. A lone surrogate cannot be here: JSON.stringify escapes it. */
export function bytesOf(text: string): number {
  let bytes = text.length;
  for (let n = 0; n < text.length; n++) {
    const unit = text.charCodeAt(n);
    // Both halves of a pair are two units and four bytes together: one more each.
    if (unit >= 0x80) bytes += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
