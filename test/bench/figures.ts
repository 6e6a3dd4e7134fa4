/** What a bench found: ours beside its peers, by medians of interleaved rounds. */

/** How much is measured; `isBrief`: only so much that one sees that it runs. */
export type Extent = { readonly isBrief: boolean; readonly progress: (line: string) => void };

export type Figure = {
  readonly goal: string;
  readonly what: string;
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  /** The same work with nothing around it; null = it was not measured. */
  readonly limit: Readonly<Record<string, number>> | null;
  /** Ours to the best peer: the median of what each round says by itself. */
  readonly ratio: number;
  /** The lowest and the highest that a round said. */
  readonly spread: readonly [number, number];
  readonly target: string | null;
  /** null = it has no target. */
  readonly met: boolean | null;
};

/** Each figure of each round, in the order of the rounds. */
export type Measured = {
  readonly goal: string;
  readonly what: string;
  readonly ours: readonly number[];
  readonly peers: Readonly<Record<string, readonly number[]>>;
  readonly limit?: Readonly<Record<string, readonly number[]>>;
  /** Whether less is better, or more. */
  readonly better: 'less' | 'more';
  readonly target?: {
    readonly text: string;
    /** What the ratio may be at most where less is better, and must be at least where more is. */
    readonly ratio: number;
    /** What ours may be at most. */
    readonly most?: number;
  };
};

/** The figure of these rounds. The best peer of a round is what its ratio is about. */
export function figureOf({ goal, what, ours, peers, limit, better, target }: Measured): Figure {
  const best = better === 'less' ? Math.min : Math.max;
  const ratios = ours.map(
    (value, round) => value / best(...Object.values(peers).map((values) => values[round]!)),
  );
  const [own, ratio] = [median(ours), median(ratios)];
  const isRatioMet = (asked: number) => (better === 'less' ? ratio <= asked : ratio >= asked);
  return {
    goal,
    what,
    ours: own,
    peers: medians(peers),
    limit: limit === undefined ? null : medians(limit),
    ratio,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    target: target?.text ?? null,
    met: target === undefined ? null : isRatioMet(target.ratio) && own <= (target.most ?? Infinity),
  };
}

/** The value that so much of them (0 to 1) is not above. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

const medians = (all: Readonly<Record<string, readonly number[]>>) =>
  Object.fromEntries(Object.entries(all).map(([name, values]) => [name, median(values)]));

const median = (values: readonly number[]): number => quantile(values, 0.5);

const short = (value: number): number => Number(value.toPrecision(3));

export function asLine(figure: Figure): string {
  return JSON.stringify(figure, (_, value: unknown) =>
    typeof value === 'number' ? short(value) : value,
  );
}

export function asText({ goal, what, ours, peers, limit, ...of }: Figure): string {
  const row = (name: string, value: number) => `  ${name.padEnd(40)}${short(value)}`;
  const [least, most] = of.spread.map(short);
  const verdict = of.met === null ? '' : `; target ${of.target}: ${of.met ? 'met' : 'MISSED'}`;
  return [
    `${goal} ${what}`,
    row('Rung', ours),
    ...Object.entries(peers).map(([name, value]) => row(name, value)),
    ...Object.entries(limit ?? {}).map(([name, value]) => row(`limit: ${name}`, value)),
    `  ratio to the best peer ${short(of.ratio)} (rounds ${least} to ${most})${verdict}\n`,
  ].join('\n');
}
