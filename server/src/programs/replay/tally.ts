import type { Settled } from '../../db/settled.ts';
import type { Meaning, Unmapped } from './commands.ts';
import type { Source } from './driven.ts';

/** Counts what a replay does, as it does it. */
export function openTally() {
  const rejected: Record<string, number> = {};
  const unmapped: Record<Unmapped, number> = { hold: 0, resume: 0, transfer: 0 };
  const counts = { commands: 0, applied: 0, noop: 0, progressRows: 0, reopened: 0, linked: 0 };
  return {
    transactions: { commands: 0, engine: 0, dispatch: 0 } as Record<Source, number>,
    displayed: 0,
    row({ said, unmapped: left, begins }: Meaning, settled: readonly Settled[]): void {
      for (const what of left) unmapped[what] += 1;
      if (said.length === 1 && said[0]?.command.name === 'progress') counts.progressRows += 1;
      for (const [n, { outcome, code }] of settled.entries()) {
        counts.commands += 1;
        if (outcome === 'rejected') rejected[code ?? ''] = (rejected[code ?? ''] ?? 0) + 1;
        else counts[outcome] += 1;
        const name = said[n]?.command.name;
        if (name === 'reopen' && outcome === 'applied') counts.reopened += 1;
        if (name === 'report' && begins === 'linked' && outcome === 'applied') counts.linked += 1;
      }
    },
    counts() {
      const { transactions, displayed } = this;
      return { ...counts, rejected, unmapped, transactions, displayed };
    },
  };
}

/** Measures how many commits a second there are, by parts; what is done while it pauses does not count. */
export function openPace(commits: () => number) {
  let since = performance.now();
  let ms = 0;
  let last = { ms: 0, commits: commits() };
  const marks: number[] = [];
  const pause = (): void => {
    ms += performance.now() - since;
  };
  const goOn = (): void => {
    since = performance.now();
  };
  return {
    pause,
    goOn,
    /** Ends a part. */
    mark(): void {
      pause();
      marks.push(((commits() - last.commits) / (ms - last.ms)) * 1000);
      last = { ms, commits: commits() };
      goOn();
    },
    marks: (): readonly number[] => marks,
    /** In all, up to the last mark. */
    ms: (): number => last.ms,
  };
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}
