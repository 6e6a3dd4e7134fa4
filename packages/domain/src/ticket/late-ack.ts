import type { Instant } from '../base/time.ts';
import type { Seen } from './commands.ts';
import type { AckEffect, ProgressEffect, ResolveEffect } from './events.ts';
import { has, isOpen, isSeeking, isWorse, type Ticket } from './ticket.ts';

/** Who acts, and when, as far as it can be believed. */
export type Acting = {
  readonly by: string;
  readonly actedAt: Instant;
  /** When an acknowledgement given at `actedAt` lapses; null = never, or not known here (a phone has no calendars). */
  readonly ackExpiresAt: Instant | null;
  /** He is the client's, not ours. Missing = ours, as whoever has a device is. */
  readonly isClients?: boolean;
};

/**
 * What an acknowledgement does (domain.md, section 6, "Late ack"): the first row that fits, judged by what the device
 * had seen. One in time is only the last row. Repeats of a uid and lost permissions are settled before (server/apply).
 */
export function ackEffect(ticket: Ticket, seen: Seen, acting: Acting, now: Instant): AckEffect {
  if (!isOpen(ticket)) return 'ended';
  const isOlder = seen.generation < ticket.generation;
  // It is another team's now, however severe: nobody is paged anew for having had it.
  if (seen.generation < ticket.teamGeneration) return 'stale';
  if (isOlder && isWorse(ticket.severity, seen.severity)) return 'raised';
  if (isOlder) return 'stale';
  // On a phone nobody has what was reopened or transferred, and its new run has yet to begin on the server.
  const isHeld = ticket.run !== null && ticket.owner !== null && !isSeeking(ticket);
  if (isHeld) return has(ticket, acting.by) ? 'renewed' : 'joined';
  if (acting.ackExpiresAt !== null && acting.ackExpiresAt <= now) return 'expired';
  return 'acked';
}

/** What a sign of work does: whoever has the ticket keeps it, and whoever lost it by silence has it again. */
export function progressEffect(
  ticket: Ticket,
  seen: Seen,
  acting: Acting,
  now: Instant,
): ProgressEffect {
  const { by } = acting;
  if (!has(ticket, by) && ticket.formerOwner !== by) return 'noted';
  const effect = ackEffect(ticket, seen, acting, now);
  if (effect === 'acked') return 'acked';
  return effect === 'renewed' ? 'renewed' : 'noted';
}

/** A late resolve of an older generation is a proposal: the ticket came back meanwhile. */
export function resolveEffect(ticket: Ticket, seen: Seen): ResolveEffect {
  if (!isOpen(ticket)) return 'ended';
  return seen.generation < ticket.generation ? 'proposed' : 'resolved';
}
