import { severities, type Severity } from '@rung/domain/directory/directory.ts';
import { isOpen } from '@rung/domain/ticket/ticket.ts';
import { everyTicket } from '../../db/everything.ts';
import { checkLog, type Findings, strayPages } from './check.ts';
import type { Driven } from './driven.ts';
import { breachesOf } from './breaches.ts';
import type { Replayed } from './replay.ts';
import { openStateHash } from './state-hash.ts';
import { sum } from './tally.ts';

export type Summary = Awaited<ReturnType<typeof summaryOf>>;

/** What the replay did, and what the stored events say of it. Every ticket is read once. */
export async function summaryOf(
  { transactions, pace, bareMs, wallMs, endAt, ...did }: Replayed & { readonly errors: number },
  dirtyRows: Readonly<Record<string, number>>,
  { db, directory }: Pick<Driven, 'db' | 'directory'>,
) {
  const hash = openStateHash();
  const known = await directory.fresh();
  const breaches = { firstResponse: bySeverity(), resolution: bySeverity() };
  let found: Findings = checkLog([], endAt);
  let [tickets, events, pages, stray, acks, openAtEnd] = [0, 0, 0, 0, 0, 0];
  for await (const whole of everyTicket(db)) {
    const { ticket } = whole;
    hash.add(whole);
    found = added(found, checkLog(whole.events, endAt));
    tickets += 1;
    events += whole.events.length;
    pages += whole.pages.length;
    stray += strayPages(whole.events, whole.pages);
    acks += whole.events.filter(({ name }) => name === 'acknowledged').length;
    openAtEnd += isOpen(ticket) ? 1 : 0;
    const breached = breachesOf(ticket, whole.events, known, endAt);
    if (breached.firstResponse) breaches.firstResponse[ticket.severity] += 1;
    if (breached.resolution) breaches.resolution[ticket.severity] += 1;
  }
  const all = sum(transactions);
  const perSecond = (count: number, ms: number): number => Math.round((count / ms) * 1000);
  return {
    ...did,
    dirtyRows,
    tickets,
    events,
    engineTransactions: transactions.engine,
    transactions,
    ...found,
    pages,
    strayPages: stray,
    acks,
    slaBreaches: breaches,
    openAtEnd,
    stateHash: hash.digest(),
    wallMs: Math.round(wallMs),
    rowsPerSecond: perSecond(did.rows, wallMs),
    transactionsPerSecond: perSecond(all, wallMs),
    pace: pace.map(Math.round),
    ...(bareMs === null
      ? {}
      : { bare: { transactionsPerSecond: perSecond(all, bareMs), ratio: round(bareMs / wallMs) } }),
  };
}

function bySeverity(): Record<Severity, number> {
  return Object.fromEntries(severities.map((one) => [one, 0])) as Record<Severity, number>;
}

function added(a: Findings, b: Findings): Findings {
  const tiers = [...new Set([...Object.keys(a.pagesByTier), ...Object.keys(b.pagesByTier)])];
  return {
    doubleSteps: a.doubleSteps + b.doubleSteps,
    missedSteps: a.missedSteps + b.missedSteps,
    pagesAfterAck: a.pagesAfterAck + b.pagesAfterAck,
    stepsFired: a.stepsFired + b.stepsFired,
    stepsLate: a.stepsLate + b.stepsLate,
    pagesByTier: Object.fromEntries(
      tiers.map((tier) => [tier, (a.pagesByTier[tier] ?? 0) + (b.pagesByTier[tier] ?? 0)]),
    ),
  };
}

function round(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}

/** Whether every incident has its ticket, and the engine kept its promises: nothing twice, missed, after an answer, thrown. */
export function isSound(summary: Summary): boolean {
  const { doubleSteps, missedSteps, pagesAfterAck, strayPages, errors } = summary;
  const isWhole = summary.tickets === summary.incidents + summary.linked;
  return isWhole && doubleSteps + missedSteps + pagesAfterAck + strayPages + errors === 0;
}

/** The summary for people: a line each, what is counted by something after it. */
export function summaryLines(summary: Summary): readonly string[] {
  return Object.entries(summary).map(([name, value]) => {
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return `${words.padEnd(24)} ${text(value)}`;
  });
}

function text(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en');
  if (Array.isArray(value)) return value.map(text).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Object.entries(value).map(([name, inner]) =>
    typeof inner === 'object' ? `${name} (${text(inner)})` : `${name} ${text(inner)}`,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}
