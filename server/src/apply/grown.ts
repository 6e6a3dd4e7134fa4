import { audience, personScope, teamScope } from '@rung/domain/access/scopes.ts';
import { messagesFor } from '@rung/domain/paging/message.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import type { Log } from '@rung/domain/ticket/append.ts';
import { isUnanswered, type Ticket } from '@rung/domain/ticket/ticket.ts';
import { must } from '@rung/domain/base/must.ts';
import type { PageRow } from '../db/pages.ts';
import { type Effect, type Kept, type Membership, noEffect } from './world.ts';

/** The ticket's log, to be added to. null = there is no such ticket yet. */
export function logOf(kept: Kept | null): Log {
  return { ticket: kept?.ticket ?? null, seq: kept?.seq ?? 0, added: [] };
}

/** Everything that has to be written because a ticket's log grew. Nothing, where it did not. */
export function grown(before: Kept | null, log: Log): Effect {
  if (log.added.length === 0) return noEffect;
  const ticket = must(log.ticket, 'a log that grew has a ticket');
  const pages = turnedPages(before?.ticket ?? null, ticket);
  const dueAt = nextDue(ticket);
  const deadline = { kind: 'ticket', id: ticket.id } as const;
  return {
    ...noEffect,
    tickets: [{ ticket, seq: log.seq, number: before?.number ?? null }],
    events: log.added,
    messages: messagesFor(before?.ticket ?? null, log.added, ticket),
    pages,
    memberships: turnedMemberships(before?.ticket ?? null, ticket),
    dues: dueAt === null ? [] : [{ ...deadline, dueAt }],
    undue: [
      ...(dueAt === null ? [deadline] : []),
      ...pages
        .filter((page) => page.state !== 'pending')
        .map(({ id }) => ({ kind: 'page' as const, id })),
    ],
  };
}

/** To whom it is personal from now on, and whom and which team it left. */
export function turnedMemberships(before: Ticket | null, after: Ticket): readonly Membership[] {
  const ticket = after.id;
  const was = new Set(before === null ? [] : audience(before));
  const is = new Set(audience(after));
  const turned = (person: string, isIn: boolean) => {
    return { scope: personScope(person), person, ticket, isIn };
  };
  const team = before?.team ?? null;
  const hasMoved = team !== null && after.team !== null && team !== after.team;
  return [
    ...[...is].filter((person) => !was.has(person)).map((person) => turned(person, true)),
    ...[...was].filter((person) => !is.has(person)).map((person) => turned(person, false)),
    ...(hasMoved
      ? [
          { scope: teamScope(team), person: null, ticket, isIn: false },
          { scope: teamScope(after.team), person: null, ticket, isIn: true },
        ]
      : []),
  ];
}

/** The log does not say who saw what. */
const noSigns = { receivedAt: null, seenAt: null };

/** Pages that are new, or that somebody or something answered; those that newer ones of their person replaced are over. */
function turnedPages(before: Ticket | null, after: Ticket): readonly PageRow[] {
  const old = new Map((before?.pages ?? []).map((page) => [page.id, page]));
  // One that was given up and is open again was shown to its person: delivery says how it stands.
  const turned = after.pages.filter(
    (page) =>
      old.get(page.id)?.state !== page.state && !(page.state === 'open' && old.has(page.id)),
  );
  const kept = new Set(after.pages.map((page) => page.id));
  const replaced = [...old.values()].filter((page) => !kept.has(page.id) && isUnanswered(page));
  return [
    ...turned.map(({ id, person, state, at }) => ({
      id,
      ticket: after.id,
      person,
      state: state === 'open' ? ('pending' as const) : state,
      createdAt: at,
      ...noSigns,
    })),
    ...replaced.map(({ id, person, at }) => ({
      id,
      ticket: after.id,
      person,
      state: 'superseded' as const,
      createdAt: at,
      ...noSigns,
    })),
  ];
}
