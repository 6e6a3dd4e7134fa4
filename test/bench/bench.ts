/** `pnpm bench`: the goals of the design, measured beside peers (README.md). */

import { asLine, asText, type Extent, type Figure } from './figures.ts';
import { measurePainting } from './paint/painting.ts';
import { measureLateness } from './push/lateness.ts';
import { measureSending } from './push/sending.ts';
import { measureTyping } from './search/typing.ts';

const suites: ReadonlyMap<string, readonly ((extent: Extent) => Promise<readonly Figure[]>)[]> =
  new Map([
    ['push', [measureSending, measureLateness]],
    ['search', [measureTyping]],
    ['paint', [measurePainting]],
  ]);

const usage = `pnpm bench ${[...suites.keys()].join('|')} [--json] [--brief]`;

// pnpm hands its own -- on.
const words = process.argv.slice(2).filter((word) => word !== '--');
const [named = '', ...more] = words.filter((word) => !word.startsWith('--'));
const flags = new Set(words.filter((word) => word.startsWith('--')));
const [isJson, isBrief] = [flags.delete('--json'), flags.delete('--brief')];
const suite = suites.get(named);

if (suite === undefined || more.length > 0 || flags.size > 0) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 1;
} else {
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  for (const measure of suite) {
    for (const figure of await measure({ isBrief, progress })) {
      process.stdout.write(`${isJson ? asLine(figure) : asText(figure)}\n`);
    }
  }
}
