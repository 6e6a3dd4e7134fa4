/** `pnpm replay`: an incident event log through Rung, in virtual time (docs/replay.md). */

import '../umask.ts';
import { replayCommand } from './replay/command.ts';

const isTerminal = process.stderr.isTTY;
const complain = (line: string): void => void process.stderr.write(`${line}\n`);
let shown = -1;

/** A bar on a terminal, and nothing where somebody reads the lines later. */
function progress(done: number, all: number): void {
  const percent = Math.floor((done / all) * 100);
  if (!isTerminal || percent === shown) return;
  shown = percent;
  const bar = '#'.repeat(percent / 4).padEnd(25, '.');
  process.stderr.write(`\r${bar} ${percent} % of ${all} rows${done === all ? '\n' : ''}`);
}

// So that what is temporary is removed.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.once('SIGHUP', () => process.exit(129));
// Nobody reads any more what is printed.
process.stdout.once('error', () => process.exit(1));
try {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  // pnpm hands its own -- on.
  const args = process.argv.slice(2).filter((word, n) => n > 0 || word !== '--');
  if (!(await replayCommand(args, { print, complain, progress }))) process.exitCode = 1;
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
