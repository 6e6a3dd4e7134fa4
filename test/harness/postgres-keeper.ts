// A process of its own that keeps one Postgres: makes a cluster in a temporary folder, prints its URL, and stops and deletes it
// when its standard input ends, which happens however its parent ends, also by kill -9. Not for import.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgres } from './postgres-binaries.ts';

const run = promisify(execFile);

type User = { readonly uid: number; readonly gid: number };

/** Postgres refuses to run as root: then it runs as `postgres`, else as `nobody`. Empty = as ourselves. */
function unprivileged(): User | Record<never, never> {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('Postgres does not run as root, and this machine has no user postgres or nobody');
}

const user = unprivileged();
const folder = mkdtempSync(join(tmpdir(), 'rung-postgres-'));
if ('uid' in user) chownSync(folder, user.uid, user.gid);
const cluster = join(folder, 'cluster');
const options = {
  ...user,
  cwd: folder,
  env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
};

let server: ChildProcess | undefined;

function end(code: number): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.exit(code);
}

function stop(): void {
  if (server === undefined || server.exitCode !== null) end(0);
  // SIGQUIT: at once, without a checkpoint; nothing of this is kept.
  else server.once('exit', () => end(0)).kill('SIGQUIT');
}
process.stdin.on('end', stop).resume();
process.on('SIGTERM', stop);
// Control-C is for the parent, which then ends our input.
process.on('SIGINT', () => {});

async function binaries(): Promise<string> {
  const found = await findPostgres();
  if (!found.own || !('uid' in user)) return found.folder;
  // The other user may not enter the folder where the package lies (/root, say).
  const native = dirname(found.folder);
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const name of readdirSync(join(copy, 'bin'))) chmodSync(join(copy, 'bin', name), 0o755);
  return join(copy, 'bin');
}

/** Sorts as people do where it can (ICU), so that a query that relies on the order of bytes fails here. */
async function initialise(bin: string): Promise<void> {
  const basic = ['-D', cluster, '-U', 'rung', '--auth=trust', '--encoding=UTF8', '--no-sync'];
  const collations = [
    ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US'],
    ['--locale=en_US.UTF-8'],
    ['--locale=C.UTF-8'],
  ];
  const faults: unknown[] = [];
  for (const collation of collations) {
    try {
      await run(join(bin, 'initdb'), [...basic, ...collation], options);
      return;
    } catch (fault) {
      faults.push(fault);
      rmSync(cluster, { recursive: true, force: true });
    }
  }
  throw new AggregateError(faults, `initdb in ${bin} failed`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Answers the URL of its first database when it accepts connections. */
async function serve(bin: string): Promise<string> {
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: process.platform === 'win32' ? '' : folder,
    max_connections: '200',
    fsync: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    lc_messages: 'C',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(bin, 'postgres'), ['-D', cluster, ...flags], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  server = child;
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      log = (log + chunk).slice(-10_000);
      if (log.includes('ready to accept connections')) {
        resolve(`postgres://rung@127.0.0.1:${port}/postgres`);
      }
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`postgres ended with code ${code}:\n${log}`)));
  });
}

try {
  const bin = await binaries();
  await initialise(bin);
  // Somebody may take the free port before Postgres does: then another.
  const url = await serve(bin).catch(() => serve(bin));
  console.log(url);
} catch (fault) {
  console.error(fault);
  end(1);
}
