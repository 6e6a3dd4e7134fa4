// The whole test run, cheap checks first. Each check counts as one test; the last line adds everything up.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildWeb } from './build-web.ts';
import { endWithPnpm } from './end-with-pnpm.ts';
import { root, runNode } from './run.ts';
import { add, none, tallyOf, type Tally, type VitestReport } from './tally.ts';

endWithPnpm();

const bin = (path: string): string => join(root, 'node_modules', path);

/** A check that passes by ending well; what it printed is shown when it did not. */
async function check(name: string, work: () => Promise<void>): Promise<Tally> {
  const begun = performance.now();
  let fault: string | null = null;
  try {
    await work();
  } catch (thrown) {
    fault = thrown instanceof Error ? thrown.message : String(thrown);
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${fault === null ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (fault !== null) console.log(`\n${fault.trimEnd()}\n`);
  return { ...none, [fault === null ? 'passed' : 'failed']: 1 };
}

const node = (name: string, ...args: string[]): Promise<Tally> =>
  check(name, async () => {
    const { code, output } = await runNode(args);
    if (code !== 0) throw new Error(output || `ended with code ${code}`);
  });

async function vitest(): Promise<Tally> {
  const begun = performance.now();
  const report = join(root, 'test/out/vitest.json');
  mkdirSync(join(root, 'test/out'), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await runNode([bin('vitest/vitest.mjs'), 'run', ...reporters], { live: true });
  let read: VitestReport | null = null;
  try {
    read = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  } catch {
    console.log('Vitest left no report.');
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`Vitest ended with code ${code} (${seconds} s)`);
  return tallyOf(read, code);
}

const tallies: Tally[] = [];
// Types before lint: lint reads types, and that check writes those of messages and of SvelteKit.
tallies.push(
  ...(await Promise.all([
    node('types', 'scripts/check.ts'),
    node('format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
    node('imports', 'scripts/import-rules.ts'),
  ])),
);
tallies.push(
  ...(await Promise.all([
    node('lint', bin('eslint/bin/eslint.js'), '.'),
    check('web build', async () => void (await buildWeb())),
  ])),
);
tallies.push(await vitest());

const { passed, failed, skipped } = tallies.reduce(add, none);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (failed > 0) process.exitCode = 1;
