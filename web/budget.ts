/**
 * Weighs what a browser loads for each route, gzip, and fails where a room is over its budget. Runs after each build: the
 * people this is for wait in a cellar with one bar.
 */

/* eslint no-console: off -- its output is for people */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const kB = 1000;
/** By the room a route stands in. */
const budgets = { '(field)': 100 * kB, '(door)': 70 * kB };
const workerBudget = 60 * kB;

const output = join(import.meta.dirname, '.svelte-kit/output/client');
const generated = '.svelte-kit/generated/build/client-optimized';

type Chunk = {
  readonly file: string;
  readonly isEntry?: true;
  readonly imports?: readonly string[];
};
const chunks: { readonly [source: string]: Chunk } = JSON.parse(
  readFileSync(join(output, '.vite/manifest.json'), 'utf8'),
);

const weigh = (file: string): number =>
  gzipSync(readFileSync(join(output, file)), { level: 9 }).length;

function withImports(sources: readonly string[], seen = new Set<string>()): ReadonlySet<string> {
  for (const source of sources) {
    if (seen.has(source)) continue;
    seen.add(source);
    withImports(chunks[source]?.imports ?? [], seen);
  }
  return seen;
}

/** Route -> the numbers of its page and its layouts, as SvelteKit's router reads them. */
function routes(): readonly (readonly [route: string, nodes: readonly number[]])[] {
  const app = readFileSync(join(import.meta.dirname, generated, 'app.js'), 'utf8');
  const entries = [...app.matchAll(/"(\/[^"]*)": \[(\d+)(?:,\[([\d,]*)\])?/g)];
  if (entries.length === 0) throw new Error('SvelteKit writes its routes in another way now');
  return entries.map(([, route, page, layouts]) => [
    route!,
    [page!, ...(layouts ?? '').split(',')].filter((node) => node !== '').map(Number),
  ]);
}

const shared = Object.keys(chunks).filter(
  (source) => chunks[source]?.isEntry && /\/(entry|payload|app)\.js$/.test(source),
);
const faults: string[] = [];

for (const [route, nodes] of routes()) {
  // Node 0 is the root's layout; node 1, the error page, is loaded with every page too.
  const loaded = [0, 1, ...nodes].map((node) => `${generated}/nodes/${node}.js`);
  const files = new Set(
    [...withImports([...shared, ...loaded])].map((source) => chunks[source]!.file),
  );
  const bytes = [...files].reduce((sum, file) => sum + weigh(file), 0);
  const room = /\/(\([a-z]+\))/.exec(route)?.[1];
  const budget = budgets[room as keyof typeof budgets];
  if (budget === undefined) throw new Error(`${route} stands in no room with a budget`);
  console.log(`${(bytes / kB).toFixed(1).padStart(6)} of ${budget / kB} kB  ${route}`);
  if (bytes > budget) faults.push(route);
}

const worker = weigh('service-worker.js');
console.log(`${(worker / kB).toFixed(1).padStart(6)} of ${workerBudget / kB} kB  service worker`);
if (worker > workerBudget) faults.push('service worker');

if (faults.length > 0) {
  console.error(`Over budget: ${faults.join(', ')}`);
  process.exitCode = 1;
}
