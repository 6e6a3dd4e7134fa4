import type { Unmapped } from './meaning.ts';
import type { Source } from './driven.ts';
import type { Written } from './incidents.ts';

/** What a replay counts as it goes on. */
export type Counts = {
  commands: number;
  applied: number;
  /** It was so already. */
  noop: number;
  /** By reason. */
  readonly rejected: Record<string, number>;
  readonly unmapped: Record<Unmapped, number>;
  /** Rows that only showed that somebody is still on it. */
  progressRows: number;
  reopened: number;
  linked: number;
  /** Durable commits, by what made them. */
  readonly transactions: Record<Source, number>;
  /** Messages that reached somebody's screen. */
  displayed: number;
};

export function noCounts(): Counts {
  return {
    commands: 0,
    applied: 0,
    noop: 0,
    rejected: {},
    unmapped: { hold: 0, resume: 0, transfer: 0 },
    progressRows: 0,
    reopened: 0,
    linked: 0,
    transactions: { commands: 0, engine: 0, dispatch: 0 },
    displayed: 0,
  };
}

/** Adds what a row came to. */
export function countRow(counts: Counts, { meaning, settled }: Written): void {
  const { said, unmapped, begins } = meaning;
  for (const what of unmapped) counts.unmapped[what] += 1;
  if (said[0]?.command.name === 'progress') counts.progressRows += 1;
  for (const [n, { outcome, code }] of settled.entries()) {
    counts.commands += 1;
    if (outcome === 'rejected') increase(counts.rejected, code ?? '');
    else counts[outcome] += 1;
    const name = said[n]?.command.name;
    if (name === 'reopen' && outcome === 'applied') counts.reopened += 1;
    if (name === 'report' && begins === 'linked' && outcome === 'applied') counts.linked += 1;
  }
}

function increase(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}
