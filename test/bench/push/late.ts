/** One round of G7: how late the pushes of a house were, and those of a poller. */

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../../server/src/config.ts';
import type { Authority } from '../../harness/push-ca.ts';
import { startChild } from '../child.ts';
import { openNight } from './night.ts';
import { subject, subscriptionsAt } from './page.ts';
import type { PollerOpening } from './poller-process.ts';
import type { Sink } from './sink.ts';

export type Round = {
  /** Of its own, empty. */
  readonly folder: string;
  readonly sink: Sink;
  readonly authority: Authority;
  /** When deadlines are, ms since 1970, the first so far from now. */
  readonly dues: (startsInMs: number) => readonly number[];
  readonly complain: (line: string) => void;
};
/** How late each push was, ms. */
export type Lateness = readonly number[];

/** So long it takes at most until the first deadline may come. */
const readyMs = { house: 10_000, poller: 3000 } as const;
/** What arrives later than this after the last deadline has not arrived. */
const patienceMs = 3000;

export async function houseIsLate(
  { folder, sink, authority, dues, complain }: Round,
  databaseUrl: URL,
): Promise<Lateness> {
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    data: folder,
    files: join(folder, 'files'),
    databaseUrl,
    publicUrl: new URL('http://localhost'),
    secret: 'of the bench only, never a real one',
    demo: false,
    pushSubject: subject,
    pushAllow: [sink.hostPort],
    pushCa: authority.pem,
    pushServices: [],
  };
  const [phone] = subscriptionsAt(sink.origin, 1);
  const night = { config, phone: phone!, dues: dues(readyMs.house), complain };
  const { house, dueAt } = await openNight(night);
  const late = await lateAt(sink, dueAt);
  await house.close();
  return late;
}

export async function pollerIsLate({ folder, sink, authority, dues }: Round): Promise<Lateness> {
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.pem);
  const [phone] = subscriptionsAt(sink.origin, 1);
  const opening: PollerOpening = {
    file: join(folder, 'poller.db'),
    phone: phone!,
    dues: dues(readyMs.poller).map((at, n) => [`deadline-${n}`, at]),
  };
  const poller = startChild(new URL('poller-process.ts', import.meta.url), opening, {
    NODE_EXTRA_CA_CERTS: caFile,
  });
  await poller.ask({});
  const late = await lateAt(sink, new Map(opening.dues));
  await poller.end();
  return late;
}

/** Waits until all is over. @throws when something did not arrive */
async function lateAt(sink: Sink, dueAt: ReadonlyMap<string, number>): Promise<Lateness> {
  const untilOver = Math.max(...dueAt.values()) + patienceMs - Date.now();
  await once(AbortSignal.timeout(untilOver), 'abort');
  const firsts = new Map<string, number>();
  for (const { topic, at } of (await sink.arrivals()).toReversed()) firsts.set(topic, at);
  return [...dueAt].map(([id, due]) => {
    const at = firsts.get(id);
    if (at === undefined) throw new Error(`a push did not arrive within ${patienceMs} ms`);
    return at - due;
  });
}
