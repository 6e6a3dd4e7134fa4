import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

export type Ran = { readonly code: number; readonly output: string };

const running = new Set<ChildProcess>();

function endAll(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
  process.exit(1);
}

/** Only while children run: what comes after them may stop in its own way. */
function watchSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.off(signal, endAll);
    if (running.size > 0) process.on(signal, endAll);
  }
}

/**
 * Runs Node with these arguments and answers how it ended and what it printed; a death by signal counts as code 1.
 * With `live` it prints straight to our own output, and `output` is empty.
 */
export function runNode(
  args: readonly string[],
  { cwd = root, live = false }: { cwd?: string; live?: boolean } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = live
      ? ['ignore', 'inherit', 'inherit']
      : ['ignore', 'pipe', 'pipe'];
    // Vitest says NODE_ENV=test, and Vite would build something else.
    const env = { ...process.env, NODE_ENV: undefined };
    const child = spawn(process.execPath, args, { cwd, stdio, env });
    running.add(child);
    watchSignals();
    const output: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      watchSignals();
      resolve({ code: code ?? 1, output: Buffer.concat(output).toString('utf8') });
    });
  });
}
