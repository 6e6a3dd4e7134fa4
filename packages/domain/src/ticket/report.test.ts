import { expect, test } from 'vitest';
import { portalView } from '../portal/portal-view.ts';
import type { Report } from './commands.ts';
import { decide } from './decide.ts';
import type { TicketEvent } from './events.ts';
import { fold } from './evolve.ts';

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
  },
};

const decided = decide(null, report, 1000);
const facts = decided.ok ? decided.value : [];
const envelope = { ticket: report.args.ticket, by: 'mara', recordedAt: 1000 };
const log: readonly TicketEvent[] = [
  ...facts.map((fact) => ({ ...fact, ...envelope, seq: 1, claimedAt: 900, cause: 'u' })),
  {
    name: 'routed',
    args: { team: 'air', client: 'bakery', site: 'oven-hall', policyVersion: 'calm@1' },
    ...envelope,
    seq: 2,
    claimedAt: null,
    cause: `${report.args.ticket}.1.1`,
  },
];

test('a report opens a ticket with what was said, and when', () => {
  expect(fold(log.slice(0, 1))).toEqual({
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
    policyVersion: null,
    reportedBy: 'mara',
    reportedAt: 1000,
  });
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

test('the same id cannot be reported twice', () => {
  expect(decide(fold(log), report, 2000)).toEqual({
    ok: false,
    refusal: { kind: 'already-reported' },
  });
});

test('an empty log is no ticket', () => {
  expect(fold([])).toBeNull();
});

test('a client sees neither team nor policy', () => {
  const ticket = fold(log);
  const seen = Object.keys(ticket === null ? {} : portalView(ticket));
  expect(seen.sort()).toEqual([
    'description',
    'id',
    'phase',
    'reportedAt',
    'reportedBy',
    'severity',
    'site',
    'title',
    'type',
  ]);
});
