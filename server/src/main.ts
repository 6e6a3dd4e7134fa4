/** The server as a process: configuration, lock, house, first set-up, signals. */

import './umask.ts';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { hasAdmin } from '@rung/domain/directory/people.ts';
import { systemClock } from './clock.ts';
import { type Config, type ParsedConfig, parseConfig } from './config.ts';
import { issueLinks } from './auth/links.ts';
import { type House, openHouse } from './house.ts';
import { type Lock, readServerNote, removeServerNote, takeLock, writeServerNote } from './lock.ts';
import { openLog } from './log.ts';
import { isLoopback } from './loopback.ts';
import { pushSubjectOf } from './push-variables.ts';
import { secretIn } from './secret.ts';
import { CannotStart } from './start-fault.ts';

const log = openLog();
/** The house gives requests 10 s; whatever hangs after that (a database that says nothing any more) is left. */
const patience = 15_000;

async function main(): Promise<void> {
  const parsed = parseConfig(process.env, faultOfFolder);
  if (!parsed.ok) {
    return fail(['Rung cannot start:', ...parsed.faults.map((fault) => `  - ${fault}`)]);
  }
  const lock = takeLock(parsed.config);
  if (lock === null) return fail(lockedBy(parsed.config));
  // Whatever an earlier server left there is not true any more.
  removeServerNote(parsed.config.data);

  let house: House | null = null;
  try {
    const { data, secret } = parsed.config;
    const config = { ...parsed.config, secret: secret ?? secretIn(data) };
    house = await openHouse({ config, clock: systemClock, log });
    stopOnSignals(house, lock, data);
    writeServerNote(data, { pid: process.pid, url: house.url.href, token: house.serverToken });
    log.info('Rung is serving', { url: house.url.href, publicUrl: config.publicUrl.origin });
    if (config.publicUrl.protocol === 'http:' && !isLoopback(config.publicUrl)) {
      log.warn('PUBLIC_URL is not https: browsers will allow neither offline work nor push there');
    }
    if (pushSubjectOf(config) === null) {
      log.warn(
        'Apple devices cannot get pages: set PUSH_SUBJECT to an address that push services can write to',
      );
    }
    if (house.demo !== null) {
      log.info(
        `This is the demo, with made-up people: be one of them at ${config.publicUrl.origin}`,
      );
    }
    await offerSetUp(house, config);
  } catch (error) {
    const sentence = sentenceOf(error, parsed.config);
    if (sentence === null) log.error('Rung cannot start', { error });
    else fail(['Rung cannot start:', `  - ${sentence}`]);
    process.exitCode = 1;
    await house?.close();
    lock.release();
  }
}

/** Where nobody administers this server yet, the log says how to become its administrator. */
async function offerSetUp(house: House, { publicUrl }: Config): Promise<void> {
  const { db, directory } = house.parts;
  if (hasAdmin(await directory.fresh())) return;
  const link = { purpose: 'setup', person: null } as const;
  const [token] = await issueLinks(db, [link], systemClock.now());
  const { href } = new URL(`/setup#${token}`, publicUrl);
  log.info(`Nobody administers this Rung yet. Set it up: ${href}`, { setupToken: token });
}

function stopOnSignals(house: House, lock: Lock, data: string): void {
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    // A second signal means it: leave at once. Whatever was acknowledged is on the disk.
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info('Rung is stopping', { signal });
    setTimeout(() => {
      log.error('Rung did not stop in time and leaves; what was acknowledged is written');
      process.exit(1);
    }, patience).unref();
    try {
      await house.close();
      log.info('Rung has stopped');
    } catch (error) {
      log.error('Rung did not stop cleanly', { error });
      process.exitCode = 1;
    }
    removeServerNote(data);
    lock.release();
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

function lockedBy({ data }: ParsedConfig): readonly string[] {
  const note = readServerNote(data);
  const who = note === null ? '' : ` (process ${note.pid}, ${note.url})`;
  return [
    `Rung cannot start: another Rung${who} works on ${data}, or on the same SQLite file.`,
    'Stop that one first, or give this one a folder of its own with RUNG_DATA.',
  ];
}

/** What an administrator can mend himself; null = it is something else. */
function sentenceOf(error: unknown, { host, port }: ParsedConfig): string | null {
  if (error instanceof CannotStart) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'EADDRINUSE':
      return `PORT ${port} is taken: stop what listens there, or choose another`;
    case 'EACCES':
      return `PORT ${port} is not for this user: choose one above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST ${host} is no address of this machine`;
    default:
      return null;
  }
}

function faultOfFolder(path: string): string | null {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function fail(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

await main();
