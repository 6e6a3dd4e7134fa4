import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

type Ancestor = { readonly parent: number; readonly command: string };

function look(pid: number): Ancestor {
  if (existsSync('/proc/self/stat')) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // "pid (name) state parent …", where the name may hold anything, parentheses too.
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { parent: Number(parent), command };
  }
  const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, command] = /^\s*(\d+)\s+(.*)$/m.exec(line) ?? [];
  return { parent: Number(parent), command: command ?? '' };
}

/** `npm exec pnpm@10 start`, `node /somewhere/pnpm start`, `pnpm start`; not a shell whose text says so. */
const isPackageManager = (command: string): boolean =>
  /^(\S*\/)?p?npm( |$)/.test(command) || /^\S*node\S* \S*\/p?npm(\.c?js)?( |$)/.test(command);

/** The npm and pnpm that started this process, nearest first. */
function packageManagers(): readonly number[] {
  const found: number[] = [];
  for (let pid = process.ppid; pid > 1;) {
    const { parent, command } = look(pid);
    if (isPackageManager(command)) found.push(pid);
    pid = parent;
  }
  return found;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Sends this process SIGTERM when the `npx` or `pnpm` above it is gone. They hand no signal down: whoever ends
 * `npx -y pnpm@10 start` by its process id would leave the server running, with its port and its lock.
 */
export function endWithPnpm(): void {
  if (process.platform === 'win32') return;
  const above = packageManagers();
  const watch = setInterval(() => {
    if (above.some(isGone)) process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
  // Once is enough: to whoever is stopping already, a second signal says "at once".
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clearInterval(watch);
      if (process.listenerCount(signal) === 0) process.exit(1);
    });
  }
}
