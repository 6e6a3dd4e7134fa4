import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '@rung/domain/base/must.ts';
import type { WholeTicket } from '../../db/everything.ts';
import { canonical, openStateHash } from './state-hash.ts';
import { hour, incident, played } from './test-log.ts';

/** A ticket with a log and two pages, as everything that is kept of it is read. */
function whole(): WholeTicket {
  const rows = incident({ severity: 'S1', assignee: 'Resolver 1' }, { after: hour });
  const { ticket, events, seq } = must(played(rows).tickets[0], 'a ticket');
  const pages = ticket.pages.map(({ id, person, at }) => {
    return { id, ticket: ticket.id, person, state: 'received', createdAt: at } as const;
  });
  expect(pages.length).toBeGreaterThan(1);
  return { id: ticket.id, number: 1, seq, ticket, events, pages } as unknown as WholeTicket;
}

function hashOf(...tickets: readonly WholeTicket[]): string {
  const hash = openStateHash();
  for (const ticket of tickets) hash.add(ticket);
  return hash.digest();
}

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shuffled);
  const entries = Object.entries(value).map(([key, inner]) => [key, shuffled(inner)]);
  return Object.fromEntries(entries.reverse());
}

test('the order of keys, of events and of pages as they were read changes nothing', () => {
  const one = whole();
  const other = shuffled(one) as WholeTicket;
  const { events, pages } = other;
  const turned = { ...other, events: events.toReversed(), pages: pages.toReversed() };
  expect(hashOf(turned)).toBe(hashOf(one));
  expect(hashOf(one)).toMatch(/^[0-9a-f]{64}$/);
});

test('neither does what differs by nature', () => {
  const one = whole();
  expect(hashOf({ ...one, ver: 7, foldVersion: 1 } as WholeTicket)).toBe(hashOf(one));
});

test('everything else changes it: a number, a state, an event, a page, a ticket more', () => {
  const one = whole();
  const { ticket, events, pages } = one;
  const others: readonly WholeTicket[] = [
    { ...one, number: 2 },
    { ...one, seq: 99 },
    { ...one, ticket: { ...ticket, generation: 9 } },
    { ...one, ticket: { ...ticket, pages: ticket.pages.toReversed() } },
    { ...one, events: events.slice(1) },
    { ...one, events: events.map((event) => ({ ...event, recordedAt: event.recordedAt + 1 })) },
    { ...one, pages: pages.slice(1) },
    { ...one, pages: pages.map((page) => ({ ...page, state: 'acked' as const })) },
  ];
  const hashes = [hashOf(one), hashOf(), hashOf(one, one), ...others.map((it) => hashOf(it))];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('tickets count in their order', () => {
  const one = whole();
  const two = { ...one, number: 2 };
  expect(hashOf(one, two)).not.toBe(hashOf(two, one));
});

test('canonical JSON says the same of the same, and is read as what it was made of', () => {
  expect(canonical({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonical(shuffled(value))).toBe(canonical(value));
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
