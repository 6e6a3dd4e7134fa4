/** What people of the demo do of their own accord: they keep about sixty tickets open, and a few ladders moving. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Severity } from '@rung/domain/directory/directory.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import { isOpen, isSeeking, reopenWindowMs, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { type Chance, oneOf, weighed } from './chance.ts';
import { silent } from './cast.ts';
import { type Asked, report } from './reports.ts';
import * as texts from './texts.ts';
import { type Act, isPlayed, seenOf, type World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** About so many are open at any time, and for so many of them somebody is looked for. */
export const aim = { open: 60, seeking: 5 } as const;
/** Of the first ones, so many are nobody's yet. */
const freshlySeeking = 5;
/** Tickets that are reported in one go when the demo begins. */
const atOnce = 6;

/** So old are the first ones at most: whoever has them is not asked yet whether he still does (`ackExpiresAt`). */
const oldest: Readonly<Record<Severity, number>> = {
  S1: 20 * minute,
  S2: 100 * minute,
  S3: 20 * hour,
  S4: 90 * hour,
};

/** The first tickets, with something that was done since; empty = there are as many as there should be. */
export function firstTickets(world: World, draw: Chance, now: Instant): readonly Act[] {
  const missing = aim.open - world.reported;
  if (missing <= 0) return [];
  return Array.from({ length: Math.min(missing, atOnce) }, (_, n) => {
    const isTaken = missing - n > freshlySeeking;
    const agoMs = (severity: Severity) => oldest[severity];
    const first: Asked = isTaken
      ? { isTaken, agoMs }
      : { isTaken, isUrgent: true, ...(missing - n === 1 ? { teamOf: silent } : {}) };
    const act = report(world, draw, now, first);
    return act === null ? [] : [act, ...(isTaken && draw() < 0.6 ? since(act, draw) : [])];
  }).flat();
}

/** Whoever reported and took it did something about it since. */
function since({ person, command, agoMs }: Act, draw: Chance): readonly Act[] {
  if (command.name !== 'report') return [];
  const { ticket, severity } = command.args;
  const later = { person, agoMs: Math.round(agoMs * draw()), page: null };
  const seen = { generation: 1, severity };
  const note = oneOf(texts.notes, draw) ?? '';
  const isTold = draw() < 0.4;
  const said = oneOf(texts.wordsToClient, draw) ?? '';
  return [
    { ...later, command: { name: 'progress', args: { ticket, seen, note } } },
    ...(isTold
      ? [{ ...later, command: { name: 'comment', args: { ticket, note: said } } } as const]
      : []),
  ];
}

/** One thing that somebody does now; null = nobody does anything. */
export function ofOwnAccord(world: World, draw: Chance, now: Instant): Act | null {
  const open = world.tickets.filter(isOpen);
  const over = open.length - aim.open;
  // Further away from sixty, and it is more often the one or the other.
  const reports = clamp(0.25 - over * 0.05);
  const resolves = clamp(0.25 + over * 0.05);
  const kind = weighed(
    [
      ['report', reports],
      ['resolve', resolves],
      ['progress', 0.22],
      ['tell', 0.12],
      ['ask', 0.06],
      ['raise', 0.03],
      ['hand-over', 0.05],
      ['reopen', 0.02],
    ] as const,
    draw,
  );
  if (kind === 'report') return report(world, draw, now, urgency(open, draw));
  if (kind === 'reopen') return reopened(world, draw, now);
  if (kind === 'ask') return asked(open, world, draw);
  const owned = open.filter(({ owner }) => isPlayed(owner, world));
  const ticket = kind === 'resolve' ? ripe(owned, draw, now) : oneOf(owned, draw);
  const owner = ticket?.owner ?? null;
  if (ticket === undefined || owner === null) return null;
  const command = done(kind, ticket, world, draw);
  return command && { person: owner, command, agoMs: 0, page: null };
}

/**
 * Of what has short steps there are always a few for which somebody is looked for, one of them asking him who never
 * answers: that is what one sees move. Else whoever reports it has it, or it is nothing that moves soon.
 */
function urgency(open: readonly Ticket[], draw: Chance): Asked {
  const moving = open.filter((ticket) => isSeeking(ticket) && isUrgent(ticket));
  if (moving.length >= aim.seeking) return { isTaken: true };
  const isSilenceSeen = moving.some(({ pages }) =>
    pages.some(({ person, state }) => person === silent && state === 'open'),
  );
  if (!isSilenceSeen) return { isTaken: false, isUrgent: true, teamOf: silent };
  return draw() < 0.6 ? { isTaken: false, isUrgent: true } : { isTaken: draw() < 0.5 };
}

function isUrgent({ severity }: Ticket): boolean {
  return severity === 'S1' || severity === 'S2';
}

type Done = 'resolve' | 'progress' | 'tell' | 'raise' | 'hand-over';

function done(kind: Done, ticket: Ticket, world: World, draw: Chance): Command | null {
  const { id, severity } = ticket;
  const seen = seenOf(ticket);
  const text = (some: readonly string[]): string => oneOf(some, draw) ?? '';
  switch (kind) {
    case 'resolve':
      return { name: 'resolve', args: { ticket: id, seen, resolution: text(texts.resolutions) } };
    case 'progress':
      return { name: 'progress', args: { ticket: id, seen, note: text(texts.notes) } };
    case 'tell':
      return ticket.client === null
        ? null
        : { name: 'comment', args: { ticket: id, note: text(texts.wordsToClient) } };
    case 'raise': {
      const worse = { S4: 'S3', S3: 'S2', S2: null, S1: null } as const;
      const to = worse[severity];
      const args = { ticket: id, seen, reason: text(texts.raisings) };
      return to && { name: 'change-severity', args: { ...args, severity: to } };
    }
    case 'hand-over': {
      const others = [...world.directory.team.keys()].filter((team) => team !== ticket.team);
      const team = oneOf(others, draw);
      const args = { ticket: id, seen, note: text(texts.handovers) };
      return team === undefined ? null : { name: 'transfer', args: { ...args, team } };
    }
  }
}

/** One that is long enough in somebody's hands: the worst do not wait, else rather an old one. */
function ripe(owned: readonly Ticket[], draw: Chance, now: Instant): Ticket | undefined {
  const had = owned.filter(
    ({ ownedSince }) => ownedSince !== null && now - ownedSince > 4 * minute,
  );
  const worst = had.find(
    ({ severity, reportedAt }) => severity === 'S1' && now - reportedAt > 15 * minute,
  );
  if (worst !== undefined) return worst;
  const some = [oneOf(had, draw), oneOf(had, draw), oneOf(had, draw)];
  return some
    .filter((ticket) => ticket !== undefined)
    .toSorted((a, b) => a.reportedAt - b.reportedAt)[0];
}

/** A client's person asks, or tells more. */
function asked(open: readonly Ticket[], world: World, draw: Chance): Act | null {
  const ticket = oneOf(
    open.filter(({ client }) => client !== null),
    draw,
  );
  if (ticket === undefined) return null;
  const person = oneOf(peopleOfClient(ticket.client, world), draw);
  const note = oneOf(texts.wordsOfClient, draw) ?? '';
  const command = { name: 'comment', args: { ticket: ticket.id, note } } as const;
  return person === undefined ? null : { person, command, agoMs: 0, page: null };
}

function reopened(world: World, draw: Chance, now: Instant): Act | null {
  const isFresh = ({ phase, resolvedAt, client }: Ticket) =>
    phase === 'resolved' &&
    client !== null &&
    resolvedAt !== null &&
    now - resolvedAt < Math.min(reopenWindowMs, 6 * hour);
  const ticket = oneOf(world.tickets.filter(isFresh), draw);
  if (ticket === undefined) return null;
  const person = oneOf(peopleOfClient(ticket.client, world), draw);
  const reason = oneOf(texts.reopenings, draw) ?? '';
  const command = { name: 'reopen', args: { ticket: ticket.id, reason } } as const;
  return person === undefined ? null : { person, command, agoMs: 0, page: null };
}

function peopleOfClient(client: string | null, world: World): readonly string[] {
  return [...world.directory.person]
    .filter(([key, person]) => person.client === client && isPlayed(key, world))
    .map(([key]) => key);
}

function clamp(share: number): number {
  return Math.min(0.9, Math.max(0.01, share));
}
