import { accept, refuse, type Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import type { ChangeSeverity, Command, Reopen, Transfer } from './commands.ts';
import type { Acknowledged, Fact } from './events.ts';
import { ackEffect, type Acting, progressEffect, resolveEffect } from './late-ack.ts';
import type { Refusal } from './refusals.ts';
import { has, isOpen, isUnanswered, isWorse, reopenWindowMs, type Ticket } from './ticket.ts';

/** What a command makes of a ticket. No facts = it is so already. */
export type Decided = {
  readonly facts: readonly Fact[];
  /** What the person should know of it: how a late or needless command was taken. null = as he meant it. */
  readonly code: string | null;
};

/**
 * What a command makes of a ticket, by its state alone: the same on the phone (optimistic) and on the server
 * (authoritative). `ticket` null = there is none with that id yet. Whether the person may is asked elsewhere (access/may.ts).
 */
export function decide(
  ticket: Ticket | null,
  command: Command,
  acting: Acting,
  now: Instant,
): Result<Decided, Refusal> {
  if (command.name === 'report') {
    if (ticket !== null) return refuse({ kind: 'already-reported' });
    const { ticket: _id, take, ...said } = command.args;
    const seen = { generation: 1, severity: said.severity };
    const reported = { name: 'reported', args: { ...said, reportedAt: acting.actedAt } } as const;
    return done([reported, ...(take ? [acknowledged('acked', acting, seen)] : [])]);
  }
  if (ticket === null) return refuse({ kind: 'unknown-ticket' });

  switch (command.name) {
    case 'acknowledge': {
      const { seen } = command.args;
      const effect = ackEffect(ticket, seen, acting, now);
      return done([acknowledged(effect, acting, seen)], effect === 'acked' ? null : effect);
    }
    case 'decline': {
      const page = ticket.pages.find(({ person }) => person === acting.by);
      if (page === undefined) return refuse({ kind: 'not-your-page' });
      // A newer page took the place of the one he means: that one is not answered by it.
      if (page.id !== command.args.page || !isUnanswered(page)) return done([], 'answered');
      return done([{ name: 'declined', args: { page: page.id } }]);
    }
    case 'release':
      if (!isOpen(ticket)) return refuse({ kind: 'not-open' });
      if (!has(ticket, acting.by)) return refuse({ kind: 'not-yours' });
      return done([{ name: 'released', args: {} }]);
    case 'progress': {
      const { note, seen } = command.args;
      const effect = progressEffect(ticket, seen, acting, now);
      const code = effect === 'noted' ? 'noted' : null;
      return done([{ name: 'progressed', args: { effect, actedAt: acting.actedAt, note } }], code);
    }
    case 'comment': {
      const { actedAt, isClients = false } = acting;
      const { note } = command.args;
      return done([{ name: 'commented', args: { actedAt, note, isClients } }]);
    }
    case 'change-severity':
      return changeSeverity(ticket, command.args, acting);
    case 'transfer':
      return transfer(ticket, command.args, acting, now);
    case 'resolve': {
      const { resolution, seen } = command.args;
      const effect = resolveEffect(ticket, seen);
      const code = effect === 'resolved' ? null : effect;
      const { actedAt } = acting;
      return done([{ name: 'resolved', args: { effect, actedAt, resolution } }], code);
    }
    case 'close':
      if (ticket.phase === 'closed') return done([], 'closed');
      if (ticket.phase !== 'resolved') return refuse({ kind: 'not-resolved' });
      return done([{ name: 'closed', args: {} }]);
    case 'reopen':
      return reopen(ticket, command.args, acting, now);
    case 'attach': {
      const { ticket: _id, ...args } = command.args;
      return done([{ name: 'attached', args: { ...args, actedAt: acting.actedAt } }]);
    }
  }
}

/** Raising is always possible; lowering only what one saw. Whoever has the ticket and raises it has it still. */
function changeSeverity(
  ticket: Ticket,
  { seen, severity: to, reason }: ChangeSeverity['args'],
  acting: Acting,
): Result<Decided, Refusal> {
  if (!isOpen(ticket)) return refuse({ kind: 'not-open' });
  const from = ticket.severity;
  const wasRaise = isWorse(to, seen.severity);
  if (from === to || (wasRaise && isWorse(from, to))) {
    // Somebody raised it as much or more meanwhile; his reason still stands in the log.
    return done([{ name: 'severity-changed', args: { from, to: from, reason } }], 'already-so');
  }
  if (!wasRaise && from !== seen.severity) return refuse({ kind: 'severity-changed' });
  const changed = { name: 'severity-changed', args: { from, to, reason } } as const;
  const isHis = ticket.owner === acting.by && ticket.run !== null;
  const again = { generation: ticket.generation + 1, severity: to };
  return done(
    isHis && isWorse(to, from) ? [changed, acknowledged('acked', acting, again)] : [changed],
  );
}

/**
 * Out of nobody's hands who took it after what this person saw. That the team exists is asked where the directory is
 * (escalation/route-transfer.ts).
 */
function transfer(
  ticket: Ticket,
  { seen, team, note }: Transfer['args'],
  { by, actedAt }: Acting,
  now: Instant,
): Result<Decided, Refusal> {
  if (!isOpen(ticket)) return refuse({ kind: 'not-open' });
  const { team: from, owner, ownedSince, coResponders } = ticket;
  if (from === team) {
    // What he wrote for those who have it still stands in the log.
    const noted = { effect: 'noted', from, team, had: [], note } as const;
    return done(note === '' ? [] : [{ name: 'transferred', args: noted }], 'already-so');
  }
  // A clock behind the server's cannot tell: to it everybody took it later.
  const isTaken =
    owner !== null &&
    owner !== by &&
    ownedSince !== null &&
    actedAt < ownedSince &&
    ownedSince <= now;
  if (seen.generation < ticket.generation || isTaken) return refuse({ kind: 'moved' });
  const had = owner === null ? coResponders : [owner, ...coResponders];
  return done([{ name: 'transferred', args: { effect: 'transferred', from, team, had, note } }]);
}

function reopen(
  { phase, resolvedAt }: Ticket,
  { reason }: Reopen['args'],
  { actedAt }: Acting,
  now: Instant,
): Result<Decided, Refusal> {
  if (isOpen({ phase })) {
    return done([{ name: 'reopened', args: { effect: 'noted', reason } }], 'already-so');
  }
  // Nobody reopened it before it was resolved: such a claim is not believed.
  const at = resolvedAt !== null && actedAt < resolvedAt ? now : actedAt;
  if (resolvedAt !== null && at >= resolvedAt + reopenWindowMs) {
    return refuse({ kind: 'reopen-window-over' });
  }
  return done([{ name: 'reopened', args: { effect: 'reopened', reason } }]);
}

function acknowledged(
  effect: Acknowledged['args']['effect'],
  { actedAt }: Acting,
  seen: Acknowledged['args']['seen'],
): Acknowledged {
  return { name: 'acknowledged', args: { effect, actedAt, seen } };
}

function done(facts: readonly Fact[], code: string | null = null): Result<Decided, Refusal> {
  return accept({ facts, code });
}
