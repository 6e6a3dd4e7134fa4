/** How a ticket's log grows: by a person's command, by time, by a page that reaches nobody, or does after all. Server, simulator and replay use these. */

import { accept, type Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import { append, type Log } from '../ticket/append.ts';
import type { Command } from '../ticket/commands.ts';
import { decide } from '../ticket/decide.ts';
import { type Consequence, engine, type Stored } from '../ticket/events.ts';
import type { Refusal } from '../ticket/refusals.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { advance, afterNo } from './advance.ts';
import { ackExpiresAt } from './due-after.ts';
import { type Doer, route } from './route.ts';
import { type Context, teamCalendar } from './targets.ts';

export type Acted = {
  readonly uid: string;
  readonly command: Command;
  readonly doer: Doer;
  /** When he acted, as the rules take it, and as it is shown (claimed-at.ts). */
  readonly actedAt: Instant;
  readonly claimedAt: Instant;
};

/** May is asked before. No events were added where it is so already. */
export function carryOut(
  log: Log,
  { uid, command, doer, actedAt, claimedAt }: Acted,
  context: Context,
): Result<{ readonly log: Log; readonly code: string | null }, Refusal> {
  const { now } = context;
  const decided = decide(
    log.ticket,
    command,
    {
      by: doer.key,
      actedAt,
      ackExpiresAt: expiryOf(log.ticket, actedAt, context),
      isClients: doer.person.client !== null,
    },
    now,
  );
  if (!decided.ok) return decided;
  const { facts, code } = decided.value;
  if (facts.length === 0) return accept({ log, code });

  const stamp = { ticket: command.args.ticket, by: doer.key, recordedAt: now };
  const told = append(log, facts, {
    ...stamp,
    claimedAt,
    cause: (n) => (n === 0 ? uid : `${uid}.${n}`),
  });
  const routed = route(told.ticket, facts, doer, context);
  if (!routed.ok) return routed;
  return accept({ log: follow(told, routed.value, doer.key, now), code });
}

/** One deadline that is due, and what follows; the same log where none is. */
export function letTimePass(log: Log & { readonly ticket: Ticket }, context: Context): Log {
  return follow(log, advance(log.ticket, context), engine, context.now);
}

/** A page whose person no contact method reaches; the same log where the page no longer waits. */
export function giveUpPage(
  log: Log & { readonly ticket: Ticket },
  page: string,
  context: Context,
): Log {
  const isWaiting = log.ticket.pages.some((one) => one.id === page && one.state === 'open');
  if (!isWaiting) return log;
  const gone = follow(log, [{ name: 'unreachable', args: { page } }], engine, context.now);
  return follow(gone, afterNo(gone.ticket, context), engine, context.now);
}

/** A page that was given up and shows a sign of its person after all; the same log where it was not given up. */
export function revivePage(
  log: Log & { readonly ticket: Ticket },
  page: string,
  { now }: Pick<Context, 'now'>,
): Log {
  const isGivenUp = log.ticket.pages.some((one) => one.id === page && one.state === 'unreachable');
  return isGivenUp ? follow(log, [{ name: 'revived', args: { page } }], engine, now) : log;
}

/** The bytes of one of its pictures are here. */
export function storePicture(
  log: Log & { readonly ticket: Ticket },
  picture: Stored['args'],
  { now }: Pick<Context, 'now'>,
): Log {
  return follow(log, [{ name: 'stored', args: picture }], engine, now);
}

/** Consequences are numbered from the event they follow from: the newest. */
function follow<Some extends Log>(
  log: Some & { readonly ticket: Ticket },
  consequences: readonly Consequence[],
  by: string,
  recordedAt: Instant,
): Log & { readonly ticket: Ticket } {
  return append(log, consequences, {
    ticket: log.ticket.id,
    by,
    recordedAt,
    claimedAt: null,
    cause: (n) => `${log.ticket.id}.${log.seq}.${n + 1}`,
  });
}

function expiryOf(ticket: Ticket | null, from: Instant, { directory }: Context): Instant | null {
  if (ticket === null) return null;
  return ackExpiresAt(ticket.severity, from, teamCalendar(ticket, directory));
}
