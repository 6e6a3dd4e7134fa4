import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Place } from './dialects.ts';

export type LogLine = { readonly msg: string; readonly [about: string]: unknown };

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All it wrote to standard error. */
  readonly said: string;
};

/** The real program in a process of its own. */
export type ServerProcess = {
  readonly ended: Promise<Ended>;
  /** The first line of its log that this matches, past or to come. @throws when it ends without. */
  logged(message: RegExp): Promise<LogLine>;
  /** Lines of its log so far, oldest first. */
  readonly lines: readonly LogLine[];
  /** Calls back with each line to come, before anything else is done. */
  onLine(listener: (line: LogLine) => void): void;
  /** Stops it where it stands (SIGSTOP): its connections and what it holds stay as they are. */
  freeze(): void;
  thaw(): void;
  /** Asks it to stop, as a supervisor does. @throws when it needs more than the patience, 10 s if not said. */
  stop(patience?: number): Promise<Ended>;
  /** kill -9. */
  kill(): Promise<Ended>;
};

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

/** Starts the program with these variables and no others; another one than the product's, if it is named. */
export function startProcess(
  env: Readonly<Record<string, string>>,
  program: string = main,
): ServerProcess {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const lines: LogLine[] = [];
  const watchers = new Set<() => void>();
  const listeners: ((line: LogLine) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const read = JSON.parse(line) as LogLine;
    lines.push(read);
    for (const listener of listeners) listener(read);
    for (const look of watchers) look();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, said }));
  });

  return {
    ended,
    lines,
    onLine: (listener) => void listeners.push(listener),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    logged: (message) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(({ msg }) => message.test(msg));
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void ended.then(({ code }) => {
          const log = lines.map((line) => JSON.stringify(line)).join('\n');
          reject(new Error(`ended with code ${code} without saying ${message}:\n${said}\n${log}`));
        });
      }),
    async stop(patience = 10_000) {
      child.kill('SIGTERM');
      const late = once(AbortSignal.timeout(patience), 'abort').then(() => 'late' as const);
      const how = await Promise.race([ended, late]);
      if (how !== 'late') return how;
      child.kill('SIGKILL');
      throw new Error(`the server did not stop within ${patience} ms`);
    },
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** The variables of a server at this place. */
export const variablesOf = (place: Place, port: number): Record<string, string> => ({
  PORT: String(port),
  RUNG_DATA: place.data,
  RUNG_FILES: join(place.data, 'files'),
  DATABASE_URL: place.databaseUrl.href,
  RUNG_DEMO: '0',
});
