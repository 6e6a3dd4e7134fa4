import { expect, test } from 'vitest';
import type { Report } from './commands.ts';
import { decide } from './decide.ts';
import type { TicketEvent } from './events.ts';
import { fold } from './evolve.ts';
import { nextDue } from './next-due.ts';

const report: Report = {
  name: 'report',
  args: {
    ticket: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1',
    type: 'incident',
    severity: 'S2',
    title: 'pump 3 leaks',
    description: 'a puddle',
    site: null,
    asset: 'fan',
    category: null,
    team: null,
    take: false,
  },
};

const acting = { by: 'mara', actedAt: 900, ackExpiresAt: null };
const taken: Report = { ...report, args: { ...report.args, take: true } };
const envelope = { ticket: report.args.ticket, by: 'mara', recordedAt: 1000 };

/** What a phone keeps of a report that the server has not seen. */
function reported(command: Report): readonly TicketEvent[] {
  const decided = decide(null, command, acting, 1000);
  const facts = decided.ok ? decided.value.facts : [];
  return facts.map((fact, n) => {
    return { ...fact, ...envelope, seq: n + 1, claimedAt: 900, cause: `u.${n}` };
  });
}

const log: readonly TicketEvent[] = [
  ...reported(report),
  {
    name: 'routed',
    args: { team: 'air', client: 'bakery', site: 'oven-hall', policyVersion: 'calm@1' },
    ...envelope,
    seq: 2,
    claimedAt: null,
    cause: `${report.args.ticket}.1.1`,
  },
];

test('a report opens a ticket with what was said, and when he saw it', () => {
  expect(fold(reported(report))).toEqual({
    id: report.args.ticket,
    phase: 'open',
    generation: 1,
    type: 'incident',
    severity: 'S2',
    title: 'pump 3 leaks',
    description: 'a puddle',
    client: null,
    site: null,
    asset: 'fan',
    category: null,
    team: null,
    teamGeneration: 1,
    formerTeams: [],
    policyVersion: null,
    reportedBy: 'mara',
    reportedAt: 900,
    owner: null,
    ownedSince: null,
    respondedAt: null,
    formerOwner: null,
    coResponders: [],
    expiry: null,
    run: null,
    pages: [],
    informed: [],
    formerAudience: [],
    resolvedAt: null,
    solvedBefore: [],
    promise: null,
    closedAt: null,
    isPutAway: false,
  });
});

test('"I am on it" reports and acknowledges in one, also on a phone that knows no policy', () => {
  expect(fold(reported(taken))).toMatchObject({ phase: 'acknowledged', owner: 'mara', run: null });
});

test('the server then says where it went', () => {
  expect(fold(log)).toMatchObject({
    team: 'air',
    client: 'bakery',
    site: 'oven-hall',
    policyVersion: 'calm@1',
    title: 'pump 3 leaks',
  });
});

test('a phone waits for nothing on a ticket that the server has not seen', () => {
  const ticket = fold(reported(report));
  expect(ticket && nextDue(ticket)).toBeNull();
});

test('a ticket from before there were runs is due since it was reported', () => {
  const ticket = fold(log);
  expect(ticket && nextDue(ticket)).toBe(900);
});

test('the same id cannot be reported twice', () => {
  expect(decide(fold(log), report, acting, 2000)).toEqual({
    ok: false,
    refusal: { kind: 'already-reported' },
  });
});

test('nothing can be done to a ticket that is not there', () => {
  const ticket = report.args.ticket;
  expect(decide(null, { name: 'close', args: { ticket } }, acting, 2000)).toEqual({
    ok: false,
    refusal: { kind: 'unknown-ticket' },
  });
});

test('an empty log is no ticket', () => {
  expect(fold([])).toBeNull();
});
