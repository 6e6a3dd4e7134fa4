/** The house: every part made and joined (parts.ts), and everything that serves and wakes by itself. main.ts runs it; tests borrow it. */

import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve, type ServerType } from '@hono/node-server';
import { sweepLinks } from './auth/links.ts';
import type { Config } from './config.ts';
import { openSignInLimits } from './auth/sign-in-limits.ts';
import { nextAttemptAt } from './db/notifications.ts';
import { type DispatchLoop, startDispatch } from './dispatch/loop.ts';
import type { Transports } from './dispatch/transport.ts';
import { type Engine, startEngine } from './engine/loop.ts';
import { openEpoch } from './epoch.ts';
import { openFolder } from './files/folder.ts';
import { checkMark } from './files/mark.ts';
import { openUploads } from './files/uploads.ts';
import { openApp } from './http/app.ts';
import { openStreams } from './http/streams.ts';
import { newServerToken } from './lock.ts';
import { openParts, type Outside, type Parts } from './parts.ts';
import { beginDemo } from './programs/demo/begin.ts';
import { openDemo, type PlayedDemo } from './programs/demo/demo.ts';
import { openPush } from './push.ts';
import { openReadiness } from './readiness.ts';
import { type Look, openWorks } from './works.ts';

export type House = {
  readonly parts: Parts;
  /** Where it listens: what PORT=0 became. */
  readonly url: URL;
  readonly serverToken: string;
  /** Made-up people live here, and nobody else; whoever moves the clock takes its turns. null = none do. */
  readonly demo: Pick<PlayedDemo, 'turn'> | null;
  /** Does what is due now and sends what waits now, until nothing is left. The loops do the same by themselves. */
  look(): Promise<Look>;
  /** Gives back deadlines that were lost; answers how many there were. The engine does it every minute. */
  audit(): Promise<number>;
  /** Takes no new request, finishes what runs (at most 10 s), writes what waits, closes the database. */
  close(): Promise<void>;
};

/** Whoever wrote a deadline or a message does what it asks for; the others look so much later whether he lives, ms. */
const behindOthers = 5000;

const webFolder = fileURLToPath(new URL('../../web/build', import.meta.url));

type Inside = {
  /** By kind of contact method, beside web push or in its place. */
  readonly transports?: Transports;
  /** Nothing happens by itself: whoever holds the house calls `look` when his clock has moved. */
  readonly isDriven?: boolean;
};

/** A serving house. @throws when it cannot open the database or listen; CannotStart where its administrator can mend it. */
export async function openHouse(outside: Outside, inside: Inside = {}): Promise<House> {
  mkdirSync(outside.config.data, { recursive: true, mode: 0o700 });
  const parts = await openParts(outside);
  try {
    return await furnish(parts, outside, inside);
  } catch (error) {
    await parts.close();
    throw error;
  }
}

async function furnish(
  parts: Parts,
  { config, clock, log }: Outside,
  { transports = new Map(), isDriven = false }: Inside,
): Promise<House> {
  const { db, writer } = parts;
  const folder = await openFolder(config.files);
  await checkMark(parts, folder.root, log);
  const uploads = openUploads({ ...parts, clock, log }, folder);
  await uploads.tidy();
  const push = await openPush({ writer, config, clock, log });
  const epoch = await openEpoch(parts, config.data, log);
  await parts.auth.sweep(clock.now());
  await sweepLinks(db, clock.now());
  const refolded = await writer.refold();
  if (refolded > 0) log.info('tickets were folded anew', { count: refolded });

  const streams = openStreams({ ...parts, log });
  parts.news.on(streams.hear);
  await parts.news.listen();

  const mark = await beginDemo(parts, { config, clock, log });
  const demo = mark === null ? null : openDemo(mark, { ...parts, clock, log, streams });
  const senders: Transports = new Map([
    ['push', push.transport],
    ...(demo?.transports ?? []),
    ...transports,
  ]);
  const works = openWorks({ ...parts, clock, log }, senders, () => loops?.dispatch.kick());
  const { dispatch } = works;

  let loops: { readonly engine: Engine; readonly dispatch: DispatchLoop } | null = null;
  const serverToken = newServerToken();
  const app = openApp(
    {
      ...parts,
      config,
      clock,
      log,
      serverToken,
      limits: openSignInLimits(),
      streams,
      health: {
        ready: openReadiness({
          write: writer.probe,
          folders: { RUNG_DATA: config.data, RUNG_FILES: config.files },
        }),
        engine: () => (loops === null ? [] : loops.engine.wrong()),
      },
      push: push.doors,
      uploads,
      demo: demo?.doors ?? null,
    },
    webFolder,
  );

  const closeParts = async (): Promise<void> => {
    await loops?.engine.close();
    await loops?.dispatch.close();
    push.transport.close();
    if (isDriven) await works.rest();
    await parts.writer.close();
    await epoch.remember();
    await parts.close();
  };
  const server = await listen(app.fetch, config);
  const url = urlOf(server, config);
  await demo?.open(url);
  // After the port is open: what queued up on devices during downtime comes before the steps that it may stop.
  if (isDriven) await works.beat();
  else {
    loops = startLoops();
    demo?.start();
  }
  return {
    parts,
    url,
    serverToken,
    demo,
    look: works.look,
    audit: works.audit,
    async close() {
      await demo?.close();
      streams.close();
      await stopServing(server);
      await closeParts();
    },
  };

  function startLoops() {
    const engine = startEngine({
      clock,
      log,
      async beat() {
        await works.beat();
        await epoch.remember();
        await uploads.tidy();
      },
      look: async () => (await works.tick()).nextAt,
      audit: works.audit,
    });
    const sending = startDispatch({
      clock,
      log,
      take: dispatch.take,
      idle: dispatch.idle,
      nextAt: () => nextAttemptAt(db),
    });
    let isBehind = false;
    const lookBehind = (): void => {
      isBehind = false;
      sending.kick();
    };
    parts.news.on(({ dueAt, attemptAt }, isOurs) => {
      if (dueAt !== null) engine.hint(isOurs ? dueAt : dueAt + behindOthers);
      if (attemptAt === null) return;
      if (isOurs) return sending.kick();
      if (!isBehind) setTimeout(lookBehind, behindOthers).unref();
      isBehind = true;
    });
    return { engine, dispatch: sending };
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
