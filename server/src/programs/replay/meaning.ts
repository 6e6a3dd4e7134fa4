/** From rows to commands (docs/replay.md): what a row of the log says that people did. Pure. */

import type { Instant } from '@rung/domain/base/time.ts';
import { append } from '@rung/domain/ticket/append.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import { decide } from '@rung/domain/ticket/decide.ts';
import { isOpen, reopenWindowMs, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { keyOf, serviceDesk } from './company.ts';
import type { Row } from './incident-log.ts';

/** A command, whose it is, and when he did it. */
export type Said = { readonly command: Command; readonly person: string; readonly at: Instant };

/** What a row says that Rung cannot do yet: it counts as progress. */
export type Unmapped = 'hold' | 'resume' | 'transfer';

export type Meaning = {
  /** In the order in which they are done, in one transaction. */
  readonly said: readonly Said[];
  readonly unmapped: readonly Unmapped[];
  /** What became of the incident's ticket: the first of its number, or one that follows a ticket closed long ago. */
  readonly begins: 'incident' | 'linked' | null;
};

/**
 * What the row means. `before`: the row of the same incident before it. `stands`: its ticket, as a device would show
 * it; null = there is none yet. `fresh`: the id that a new ticket gets.
 */
export function meaningOf(
  row: Row,
  before: Row | null,
  stands: Ticket | null,
  fresh: string,
): Meaning {
  const said: Said[] = [];
  let shown = stands;
  const say = (person: string, command: Command, at: Instant = row.at): void => {
    said.push({ command, person, at });
    shown = shownAfter(shown, person, command, row.at);
  };

  const begins = beginning(row, stands);
  if (begins !== null) {
    shown = null;
    const reporter = row.openedBy === null ? serviceDesk : keyOf(row.openedBy);
    const at = begins === 'incident' ? row.openedAt : row.at;
    say(reporter, reportOf(row, begins === 'linked' ? stands : null, fresh), at);
  }
  // Nothing can be changed of what is over: where the row says both, it is opened first.
  const isBack = shown !== null && !isOpen(shown) && !isOver(row);
  if (shown !== null && isBack) {
    const reason = `${before?.state ?? 'over'} to ${row.state}`;
    say(actor(row, shown), { name: 'reopen', args: { ticket: shown.id, reason } });
  }
  if (begins === null && shown !== null && before?.severity !== row.severity) {
    const { severity } = row;
    const reason = `priority ${before?.severity ?? 'unknown'} to ${severity}`;
    const args = { ticket: shown.id, seen: seen(shown), severity, reason };
    say(actor(row, shown), { name: 'change-severity', args });
  }
  if (shown !== null && !isBack) sayState(row, before, shown, say);
  if (said.length === 0 && shown !== null) {
    // Of whoever has it, or had it before he was silent for too long: then it shows that he is still on it.
    const args = { ticket: shown.id, seen: seen(shown), note: '' };
    say(shown.owner ?? shown.formerOwner ?? actor(row, shown), { name: 'progress', args });
  }
  return { said, unmapped: unmappedOf(row, begins === null ? before : null), begins };
}

type Say = (person: string, command: Command) => void;

/** The ticket's state follows the row's. */
function sayState(row: Row, before: Row | null, ticket: Ticket, say: Say): void {
  const about = { ticket: ticket.id, seen: seen(ticket) };
  const person = actor(row, ticket);
  if (isOver(row)) {
    if (isOpen(ticket)) say(person, { name: 'resolve', args: { ...about, resolution: '' } });
    if (row.state === 'Closed' && before?.state !== 'Closed') {
      say(person, { name: 'close', args: { ticket: ticket.id } });
    }
  } else if (row.state !== 'New' && ticket.ownedSince === null) {
    // Nobody ever had it: the first state other than New says that somebody has.
    say(person, { name: 'acknowledge', args: about });
  }
}

function isOver({ state }: Row): boolean {
  return state === 'Resolved' || state === 'Closed';
}

/** Whether the row begins a ticket: of a new incident, or of one that came back after its ticket's time to be reopened. */
function beginning(row: Row, stands: Ticket | null): Meaning['begins'] {
  if (stands === null) return 'incident';
  const isBack = !isOpen(stands) && !isOver(row);
  const isTooLate = stands.resolvedAt !== null && row.at >= stands.resolvedAt + reopenWindowMs;
  return isBack && isTooLate ? 'linked' : null;
}

function reportOf(row: Row, follows: Ticket | null, ticket: string): Command {
  const { number, severity, category, location, group } = row;
  return {
    name: 'report',
    args: {
      ticket,
      type: 'incident',
      severity,
      title: category === null ? number : `${number}, ${category}`,
      description: follows === null ? '' : `Follows ${follows.title}, ticket ${follows.id}.`,
      site: location === null ? null : keyOf(location),
      asset: null,
      category: category === null ? null : keyOf(category),
      team: group === null ? serviceDesk : keyOf(group),
      take: false,
    },
  };
}

/** Who acts: the row's assignee, else whoever has the ticket, was asked last, or takes what nobody has. */
function actor({ assignee }: Row, { owner, pages }: Ticket): string {
  if (assignee !== null) return keyOf(assignee);
  return owner ?? pages.findLast(({ state }) => state === 'open')?.person ?? serviceDesk;
}

/** What the ticket looks like on the device that the command was typed on: what comes next in the row is said of that. */
function shownAfter(
  ticket: Ticket | null,
  by: string,
  command: Command,
  at: Instant,
): Ticket | null {
  const decided = decide(ticket, command, { by, actedAt: at, ackExpiresAt: null }, at);
  if (!decided.ok || decided.value.facts.length === 0) return ticket;
  const stamp = { ticket: command.args.ticket, by, recordedAt: at, claimedAt: at };
  return append({ ticket, seq: 0, added: [] }, decided.value.facts, { ...stamp, cause: () => '' })
    .ticket;
}

function seen({ generation, severity }: Ticket) {
  return { generation, severity };
}

function unmappedOf(row: Row, before: Row | null): readonly Unmapped[] {
  const isAwaiting = row.state.startsWith('Awaiting');
  const wasAwaiting = before?.state.startsWith('Awaiting') ?? false;
  const isHeld = isAwaiting && before?.state !== row.state;
  const isResumed = wasAwaiting && row.state === 'Active';
  const isMoved =
    before !== null && before.group !== row.group && before.group !== null && row.group !== null;
  return [
    ...(isHeld ? ['hold' as const] : []),
    ...(isResumed ? ['resume' as const] : []),
    ...(isMoved ? ['transfer' as const] : []),
  ];
}
