import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { severities } from '../directory/directory.ts';
import { hour, minute, newWorld } from '../escalation/test-world.ts';
import { nextThing, overOrder, queueOrder } from './queue.ts';
import { phases, reopenWindowMs, type Ticket } from './ticket.ts';

const plain = newWorld();
plain.report({ severity: 'S3' });
const blank = plain.ticket();

type Part = Pick<Ticket, 'id' | 'severity' | 'owner' | 'reportedAt'> & { readonly due: number };

/** A ticket on whose ladder something happens at `due`; never = null. */
function ticketOf({ due, ...more }: Partial<Omit<Part, 'due'>> & { due?: number | null }): Ticket {
  const rung = { kind: 'step', lap: 1, step: 1 } as const;
  const armed = due === undefined || due === null ? null : { rung, dueAt: due };
  const run = blank.run === null ? null : { ...blank.run, armed };
  return { ...blank, id: 'A', owner: null, expiry: null, reportedAt: 0, run, ...more };
}

const ids = (tickets: readonly Ticket[]) => tickets.toSorted(queueOrder).map(({ id }) => id);

describe('work stands in the order', () => {
  test('of what nobody has, however mild, before what somebody has', () => {
    const had = ticketOf({ id: 'had', severity: 'S1', owner: 'mara' });
    const free = ticketOf({ id: 'free', severity: 'S4' });
    expect(ids([had, free])).toEqual(['free', 'had']);
  });

  test('of severity, then of what happens next, then of age', () => {
    expect(
      ids([
        ticketOf({ id: 'never', severity: 'S2' }),
        ticketOf({ id: 'young', severity: 'S2', due: 500, reportedAt: 2 }),
        ticketOf({ id: 'old', severity: 'S2', due: 500, reportedAt: 1 }),
        ticketOf({ id: 'soon', severity: 'S2', due: 400, reportedAt: 3 }),
        ticketOf({ id: 'worse', severity: 'S1' }),
      ]),
    ).toEqual(['worse', 'soon', 'old', 'young', 'never']);
  });

  const anyTicket = fc
    .record({
      id: fc.constantFrom('A', 'B', 'C', 'D'),
      severity: fc.constantFrom(...severities),
      owner: fc.constantFrom(null, 'mara', 'otto'),
      reportedAt: fc.nat(3),
      due: fc.option(fc.nat(3)),
      phase: fc.constantFrom(...phases),
      resolvedAt: fc.option(fc.nat(3)),
    })
    .map(({ phase, resolvedAt, ...part }) => ({ ...ticketOf(part), phase, resolvedAt }));

  test.each([
    ['open ones', queueOrder],
    ['those that are over', overOrder],
  ])('that is total, for %s', (_, order) => {
    fc.assert(
      fc.property(anyTicket, anyTicket, anyTicket, (a, b, c) => {
        expect(Math.sign(order(a, b)) + Math.sign(order(b, a))).toBe(0);
        if (order(a, b) === 0) expect(a.id).toBe(b.id);
        const [first, second, third] = [a, b, c].toSorted(order);
        if (first && second && third) {
          expect(order(first, second)).toBeLessThanOrEqual(0);
          expect(order(first, third)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('what happens next', () => {
  test('to one that nobody has: the ladder pages', () => {
    const world = newWorld();
    world.report({ severity: 'S2' });
    expect(nextThing(world.ticket())?.what).toBe('page');
  });

  test('to one that somebody has: he is asked, and without an answer others are', () => {
    const world = newWorld();
    world.report({ severity: 'S2', take: true });
    expect(nextThing(world.ticket())?.what).toBe('ask');
    const until = nextThing(world.ticket())?.at ?? 0;
    world.forward(until - world.now() + minute);
    expect(nextThing(world.ticket())?.what).toBe('expire');
  });

  test('to a solved one: it closes, and then nothing', () => {
    const world = newWorld();
    world.report({ severity: 'S2' });
    world.forward(hour);
    const solved = { ...world.ticket(), phase: 'resolved' as const, resolvedAt: 7 };
    expect(nextThing(solved)).toEqual({ what: 'close', at: 7 + reopenWindowMs });
    expect(nextThing({ ...solved, phase: 'closed', closedAt: 8 })).toBeNull();
  });

  test('to one that the server does not know: nothing yet', () => {
    expect(nextThing({ ...blank, run: null, policyVersion: null })).toBeNull();
  });
});
