/** The server as a process: configuration, lock, house, first set-up, signals. */

import { systemClock } from './clock.ts';
import { type Config, isLoopback, parseConfig } from './config.ts';
import { issueLinks } from './auth/links.ts';
import { type House, openHouse } from './house.ts';
import { hasAdmin } from './http/session.ts';
import { type Lock, readServerNote, removeServerNote, takeLock, writeServerNote } from './lock.ts';
import { openLog } from './log.ts';
import { secretIn } from './secret.ts';

// What Rung writes is for its own user: the database holds what people typed.
process.umask(0o077);
const log = openLog();

async function main(): Promise<void> {
  const parsed = parseConfig(process.env);
  if (!parsed.ok)
    return fail(['Rung cannot start:', ...parsed.faults.map((fault) => `  - ${fault}`)]);
  const config: Config = {
    ...parsed.config,
    secret: parsed.config.secret ?? secretIn(parsed.config.data),
  };

  const lock = config.databaseUrl.protocol === 'file:' ? takeLock(config.data) : 'not needed';
  if (lock === null) {
    const note = readServerNote(config.data);
    const who = note === null ? '' : ` (process ${note.pid}, ${note.url})`;
    return fail([
      `Rung cannot start: another Rung${who} works on ${config.data}.`,
      'Stop that one first, or give this one a folder of its own with RUNG_DATA.',
    ]);
  }

  const house = await openHouse({ config, clock: systemClock, log }).catch((error: unknown) => {
    log.error('Rung cannot start', { error });
    process.exitCode = 1;
    return null;
  });
  if (house === null) return release(lock);

  if (lock !== 'not needed') {
    writeServerNote(config.data, {
      pid: process.pid,
      url: house.url.href,
      token: house.serverToken,
    });
  }
  stopOnSignals(house, lock, config);
  log.info('Rung is serving', { url: house.url.href, publicUrl: config.publicUrl.origin });
  if (config.publicUrl.protocol === 'http:' && !isLoopback(config.publicUrl)) {
    log.warn('PUBLIC_URL is not https: browsers will allow neither offline work nor push there');
  }
  await offerSetUp(house, config);
}

/** Where nobody administers this server yet, the log says how to become its administrator. */
async function offerSetUp(house: House, config: Config): Promise<void> {
  const { db, directory } = house.parts;
  if (hasAdmin(await directory.fresh())) return;
  const link = { purpose: 'setup', person: null } as const;
  const [token] = await issueLinks(db, [link], systemClock.now());
  const { href } = new URL(`/setup#${token}`, config.publicUrl);
  log.info(`Nobody administers this Rung yet. Set it up: ${href}`, { setupToken: token });
}

function stopOnSignals(house: House, lock: Lock | 'not needed', config: Config): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // A second signal means it: leave at once. Whatever was acknowledged is on the disk.
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info('Rung is stopping', { signal });
    house
      .close()
      .then(
        () => log.info('Rung has stopped'),
        (error: unknown) => {
          log.error('Rung did not stop cleanly', { error });
          process.exitCode = 1;
        },
      )
      .finally(() => {
        if (lock !== 'not needed') removeServerNote(config.data);
        release(lock);
      });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function release(lock: Lock | 'not needed'): void {
  if (lock !== 'not needed') lock.release();
}

function fail(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

await main();
