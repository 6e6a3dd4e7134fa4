/** The house: every part made and joined, here and nowhere else. main.ts runs it; the command line and tests borrow it. */

import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve, type ServerType } from '@hono/node-server';
import { openWriter } from './apply/writer.ts';
import { openAuth } from './auth/auth.ts';
import { sweepLinks } from './auth/links.ts';
import { openSignInLimits } from './auth/sign-in-limits.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { openDirectoryCache } from './db/directory.ts';
import { openDatabase, type OpenOptions } from './db/open.ts';
import { openDirectoryDoor } from './directory-door.ts';
import { startEngine } from './engine/loop.ts';
import { openApp } from './http/app.ts';
import { newServerToken } from './lock.ts';
import type { Log } from './log.ts';
import { openReadiness } from './readiness.ts';

type Outside = { readonly config: Config; readonly clock: Clock; readonly log: Log };

export type Parts = Awaited<ReturnType<typeof openParts>>;

/** What stands behind the doors, without one open: the command line works with these under the lock. */
export async function openParts({ config, clock, log }: Outside, options?: OpenOptions) {
  const db = await openDatabase(config.databaseUrl, options);
  if (db.migrated.length > 0) log.info('the database was migrated', { migrations: db.migrated });
  const directory = openDirectoryCache(db);
  const writer = openWriter({ db, directory, clock, log });
  const auth = openAuth(db, config, log);
  const { publicUrl } = config;
  const door = openDirectoryDoor({ db, directory, writer, auth, clock, log, publicUrl });
  return {
    db,
    directory,
    writer,
    auth,
    door,
    /** Writes what waits, then lets go of the database. */
    async close() {
      await writer.close();
      await db.close();
    },
  };
}

export type House = {
  readonly parts: Parts;
  /** Where it listens: what PORT=0 became. */
  readonly url: URL;
  readonly serverToken: string;
  /** Takes no new request, finishes what runs (at most 10 s), writes what waits, closes the database. */
  close(): Promise<void>;
};

const webFolder = fileURLToPath(new URL('../../web/build', import.meta.url));

/** A serving house. @throws when it cannot open the database or listen. */
export async function openHouse({ config, clock, log }: Outside): Promise<House> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const parts = await openParts({ config, clock, log });
  const { writer } = parts;
  await parts.auth.sweep(clock.now());
  await sweepLinks(parts.db, clock.now());
  const engine = startEngine({
    clock,
    log,
    async beat(now) {
      await writer.beat(now);
      parts.db.tidy();
    },
  });
  const serverToken = newServerToken();
  const app = openApp(
    {
      ...parts,
      config,
      clock,
      log,
      serverToken,
      limits: openSignInLimits(),
      health: {
        ready: openReadiness({ write: writer.probe, dataFolder: config.data }),
        engine: engine.wrong,
      },
    },
    webFolder,
  );

  const closeParts = async (): Promise<void> => {
    await engine.close();
    await parts.close();
  };
  try {
    const server = await listen(app.fetch, config);
    return {
      parts,
      url: urlOf(server, config),
      serverToken,
      async close() {
        await stopServing(server);
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host: hostname, port }: Config,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, () => resolve(server));
    server.once('error', reject);
  });
}

function urlOf(server: ServerType, { host }: Config): URL {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return new URL(`http://${name.includes(':') ? `[${name}]` : name}:${port}`);
}

const patience = 10_000;

/** Idle connections are closed at once, busy ones when they have answered or the patience is over. */
async function stopServing(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const timer = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
  }, patience);
  await closed;
  clearTimeout(timer);
}
