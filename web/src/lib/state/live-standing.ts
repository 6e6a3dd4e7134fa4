/** How it stands with a page on the live screen, for the person who looks: the server's word first, then what waits here. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Seen } from '@rung/domain/ticket/commands.ts';
import {
  has,
  isInVain,
  isOpen,
  isSeeking,
  isWaitingForSign,
  pageOf,
} from '@rung/domain/ticket/ticket.ts';
import type { Entry, HeldTicket, Pending, Settled } from '#lib/local/rows.ts';
import { seqOfPage, type LiveNotice } from '#lib/sync/live-address.ts';

/** The newest answer that was given to it on this device. */
export type Given = {
  readonly uid: string;
  readonly says: 'acknowledge' | 'decline';
  /** The device's clock. */
  readonly at: Instant;
  /** What the server said of it; null = nothing yet. */
  readonly ruling: Pick<Settled, 'outcome' | 'code'> | null;
  /** Settled by an exchange: the rows here are no older. */
  readonly isIn: boolean;
};

export type LiveStanding =
  /** Nothing is known of it here. */
  | { readonly kind: 'unknown' }
  /** It is to be answered. `page` null = he was not asked, or not any more, but may take it. */
  | {
      readonly kind: 'waits';
      readonly page: string | null;
      readonly seen: Seen;
      /** He has it, and is asked whether he is still on it. */
      readonly isAsked: boolean;
      /** Why his last answer stopped nothing; null = there was none, or it did. */
      readonly late: string | null;
    }
  /** Answered here, and the server has not said so. */
  | { readonly kind: 'answered'; readonly given: Given }
  /** The server said no to it. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'yours'; readonly isShared: boolean }
  | { readonly kind: 'theirs'; readonly owner: string }
  | { readonly kind: 'declined' }
  /** Solved, or closed. */
  | { readonly kind: 'over' };

/** `ticket`: as it is shown here, with what waits done to it; null = it is not held. */
export function liveStanding(
  me: string,
  ticket: HeldTicket | null,
  notice: LiveNotice | null,
  given: Given | null,
): LiveStanding {
  const said = given === null ? null : bySaid(given, ticket);
  if (said !== null) return said;
  const late = given !== null && wasVain(given) ? given.ruling.code : null;
  if (notice !== null && notice.person === me && isAhead(notice, ticket)) {
    return { kind: 'waits', page: notice.page, seen: notice.seen, isAsked: false, late };
  }
  return ticket === null ? { kind: 'unknown' } : byRows(me, ticket, late);
}

/** What is known by the answer alone; null = the rows know better, or it stopped nothing. */
function bySaid(given: Given, ticket: HeldTicket | null): LiveStanding | null {
  const { ruling, isIn } = given;
  if (ruling === null) return { kind: 'answered', given };
  if (wasVain(given)) return null;
  const { outcome, code } = ruling;
  if (outcome === 'rejected' || outcome === 'quarantined') {
    return { kind: 'refused', code: code ?? 'defect' };
  }
  if (isIn && ticket !== null) return null;
  if (given.says === 'decline') return { kind: 'declined' };
  if (code === 'ended') return { kind: 'over' };
  return { kind: 'yours', isShared: code === 'joined' };
}

function wasVain(given: Given): given is Given & { readonly ruling: NonNullable<Given['ruling']> } {
  const { ruling } = given;
  return ruling !== null && given.says === 'acknowledge' && isInVain(ruling.code);
}

function byRows(me: string, { state }: HeldTicket, late: string | null): LiveStanding {
  if (!isOpen(state)) return { kind: 'over' };
  const { generation, severity, owner } = state;
  const seen = { generation, severity };
  if (has(state, me)) {
    if (isWaitingForSign(state) && owner === me) {
      const page = state.pages.find(({ person }) => person === me)?.id ?? null;
      return { kind: 'waits', page, seen, isAsked: true, late: null };
    }
    return { kind: 'yours', isShared: owner !== me || state.coResponders.length > 0 };
  }
  if (owner !== null && !isSeeking(state)) return { kind: 'theirs', owner };
  const page = pageOf(state, me);
  const isDeclined = state.pages.some((one) => one.person === me && one.state === 'declined');
  if (page === null && isDeclined) return { kind: 'declined' };
  return { kind: 'waits', page: page?.id ?? null, seen, isAsked: false, late };
}

/** Whether the notification tells of more than the rows do. */
function isAhead({ page }: LiveNotice, ticket: HeldTicket | null): boolean {
  if (ticket === null) return true;
  const done = [...(ticket.heard ?? []), ...ticket.waiting];
  const here = done.reduce((sum, { events }) => sum + events.length, 0);
  return seqOfPage(page) > ticket.seq - here;
}

/** Whether a page of these entries may ring; null = they do not say. */
export function mayRing(entries: readonly Entry[], page: string): boolean | null {
  const [, seq, n] = page.split('.').map(Number);
  const made = entries.find(({ event, isWaiting }) => !isWaiting && event.seq === seq)?.event;
  if (made?.name === 'paged') return made.args.isLoud;
  if (made?.name !== 'rung-fired') return null;
  return made.args.pages[(n ?? 0) - 1]?.isLoud ?? null;
}

/** The newest answer to a ticket among what waits here; null = none does. */
export function givenIn(outbox: readonly Pending[], ticket: string): Given | null {
  const mine = outbox.findLast(
    ({ ticket: of, command, isWithdrawn, isRepeat }) =>
      of === ticket &&
      isWithdrawn !== true &&
      !isRepeat &&
      (command.name === 'acknowledge' || command.name === 'decline'),
  );
  if (mine === undefined) return null;
  const { uid, at, command, answered } = mine;
  const says = command.name === 'decline' ? 'decline' : 'acknowledge';
  return { uid, says, at, ruling: answered ?? null, isIn: false };
}

/** The same answer once it waits no more; null = nothing is known of it. */
export function givenOf(settled: Settled | null): Given | null {
  if (settled === null || settled.isWithdrawn === true) return null;
  const { uid, at, command, outcome, code } = settled;
  const says = command.name === 'decline' ? 'decline' : 'acknowledge';
  return { uid, says, at, ruling: { outcome, code }, isIn: true };
}

/** Of what stands here and what was heard at once, where nothing stands or it knows less. */
export function newestGiven(stored: Given | null, heard: Given | null): Given | null {
  if (stored === null || heard === null || stored.at < heard.at) return heard ?? stored;
  return stored.ruling === null ? { ...stored, ruling: heard.ruling } : stored;
}
