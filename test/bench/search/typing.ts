import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { diceOf } from '../../harness/incident-log.ts';
import { type Findable, SearchIndex } from '../../../web/src/lib/parts/search-index.ts';
import { folded } from '../../../web/src/lib/parts/search-words.ts';
import { type Extent, type Figure, figureOf, quantile } from '../figures.ts';

const dataSets =
  process.env['RUNG_DATA_SETS'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** What one key may cost on the machine that it is pressed on. */
const target = { text: 'p95 at most 16 ms: a frame', ratio: Infinity, most: 16 };

/** What one key costs while a search over 5,000 tickets is typed, beside looking through all of them. */
export async function measureTyping({ isBrief, progress }: Extent): Promise<readonly Figure[]> {
  const [tickets, rounds] = isBrief ? [200, 1] : [5000, 5];
  const said = await sentences(progress);
  const docs = Array.from({ length: tickets }, (_, n) => docOf(n, said));
  const searches = typedOf(said);
  const figures = { ours: [] as number[], scan: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const index = new SearchIndex();
    const puts = docs.map((doc) => lasts(() => index.put(doc)));
    const sum = puts.reduce((all, ms) => all + ms, 0);
    progress(
      `${tickets} tickets read in ${sum.toFixed(0)} ms, one at most ${Math.max(...puts).toFixed(1)} ms`,
    );
    const ours = searches.map((typed) => lasts(() => index.ask(typed)));
    const scan = searches.map((typed) => lasts(() => lookThrough(docs, typed)));
    progress(
      `a key costs at most ${Math.max(...ours).toFixed(1)} ms, half of them ${quantile(ours, 0.5).toFixed(2)} ms`,
    );
    figures.ours.push(quantile(ours, 0.95));
    figures.scan.push(quantile(scan, 0.95));
  }
  return [
    figureOf({
      goal: 'search',
      what: `p95 of one key, ${tickets} tickets, ms`,
      ours: figures.ours,
      peers: { 'looking through all texts': figures.scan },
      better: 'less',
      target,
    }),
  ];
}

/** CPU of this thread, ms: what else runs on the machine is left out. */
function lasts(work: () => unknown): number {
  const from = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

/** What the index replaces: without slips, ranks or word beginnings. */
function lookThrough(docs: readonly Findable[], typed: string): readonly Findable[] {
  const words = folded(typed).split(' ');
  return docs.filter((doc) => {
    const text = folded([doc.called, doc.title, doc.description, doc.place, doc.who].join(' '));
    return words.every((word) => text.includes(word));
  });
}

/** Sentences of people with a problem, or made-up ones where the data sets are not there. */
async function sentences(progress: (line: string) => void): Promise<readonly string[]> {
  try {
    const csv = await readFile(`${dataSets}/banking77/train.csv`, 'utf8');
    const lines = csv.split('\n').slice(1);
    return lines.map((line) => line.slice(0, line.lastIndexOf(',')).replaceAll('"', ''));
  } catch {
    progress('RUNG_DATA_SETS has no banking77: made-up sentences');
    const words = 'pump fan valve leaks rattles stands hall roof cold door seal torn again'.split(
      ' ',
    );
    const dice = diceOf(7);
    const sentence = () =>
      Array.from({ length: 9 }, () => words[dice(0, words.length - 1)]).join(' ');
    return Array.from({ length: 500 }, sentence);
  }
}

function docOf(n: number, said: readonly string[]): Findable {
  const id = `01JD${String(n).padStart(22, '0')}`;
  const from = (k: number): string => said[(n * 7 + k) % said.length] ?? '';
  return {
    id,
    number: 1001 + n,
    called: `${1001 + n} ${id.slice(-4)}`,
    title: from(0),
    description: `${from(1)} ${from(2)} ${from(3)}`,
    place: `Hall ${n % 225}, Client ${n % 79}`,
    who: `Person ${n % 235}`,
    said: from(4),
  };
}

/** Searches as they are typed, key by key: two words of a sentence, every third with a slip. */
function typedOf(said: readonly string[]): readonly string[] {
  const dice = diceOf(11);
  return Array.from({ length: 60 }, (_, n) => {
    const words = (said[dice(0, said.length - 1)] ?? '')
      .split(' ')
      .filter(({ length }) => length > 3);
    const two = words.slice(0, 2).join(' ');
    return n % 3 === 0 ? `${two.slice(0, 3)}x${two.slice(4)}` : two;
  }).flatMap((typed) => Array.from(typed, (_, n) => typed.slice(0, n + 1)));
}
