import type { Instant } from '@rung/domain/base/time.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import { admins } from '@rung/domain/escalation/targets.ts';
import type { Message } from '@rung/domain/paging/message.ts';
import { storable } from '@rung/protocol/storable.ts';
import type { Deadline } from '../db/due.ts';
import { type Effect, keyOf, noEffect, type World } from './world.ts';

const minute = 60_000;
const longest = 60 * minute;

/** How long a deadline that threw waits before it is tried again: 1, 2, 4 … minutes, at most an hour. */
export function retryAfterMs(tries: number): number {
  return Math.min(2 ** (tries - 1) * minute, longest);
}

/**
 * What is written about a deadline whose work threw: it waits longer each time, and where it is the ticket's own a
 * person is woken, by the ticket's id and its policy's fallback alone, since its state may be what cannot be read. From
 * the second time on every admin is too, and then once an hour (domain.md, invariant 14).
 */
export function faultEffect(
  world: World,
  due: Deadline,
  ticket: string | null,
  error: unknown,
): Effect {
  const { now } = world;
  const before = world.faults.get(keyOf(due));
  const tries = (before?.tries ?? 0) + 1;
  const fault = {
    ...due,
    tries,
    firstAt: before?.firstAt ?? now,
    lastAt: now,
    // It may repeat what the database would refuse.
    error: storable(error instanceof Error ? error.message : String(error)),
  };
  const effect = {
    ...noEffect,
    faults: [fault],
    dues: [{ ...due, dueAt: now + retryAfterMs(tries) }],
  };
  const isTime = tries <= 2 || retryAfterMs(tries) === longest;
  const isTold = ticket !== null && world.stored.has(ticket);
  return isTold && due.kind === 'ticket' && isTime
    ? { ...effect, ...pagesAbout(world, ticket, tries, now) }
    : effect;
}

function pagesAbout(world: World, ticket: string, tries: number, at: Instant) {
  const people = wakenedBy(world, ticket, tries);
  const messages = people.map((person, n): Message => {
    const id = `${ticket}.fault-${at}.${n + 1}`;
    return {
      id,
      ticket,
      subject: null,
      person,
      page: id,
      isLoud: true,
      generation: 0,
      severity: 'S1',
      says: 'fault',
    };
  });
  const pages = messages.map(({ id, person }) => {
    const signs = { receivedAt: null, seenAt: null };
    return { id, ticket, person, state: 'pending' as const, createdAt: at, ...signs };
  });
  return { messages, pages };
}

function wakenedBy({ stored, directory }: World, ticket: string, tries: number): readonly string[] {
  const version = stored.get(ticket)?.policyVersion ?? null;
  const named = version === null ? undefined : directory['policy-version'].get(version)?.fallback;
  const fallback = named === undefined || enabledPerson(directory, named) === null ? [] : [named];
  const isForAll = tries > 1 || fallback.length === 0;
  return [...new Set([...fallback, ...(isForAll ? admins(directory) : [])])];
}
