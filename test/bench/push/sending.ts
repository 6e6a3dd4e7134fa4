/** G6: what a push costs us, and how many a second get through, from the call to the push service's 201. */

import { readFile } from 'node:fs/promises';
import webPush from 'web-push';
import { openPushService, type PushService } from '../../harness/push-service.ts';
import { type Child, startChild } from '../child.ts';
import { type Extent, type Figure, figureOf, type Measured } from '../figures.ts';
import { subscriptionsAt } from './page.ts';
import type { Cost, ToSend } from './sender-process.ts';
import { type Sink, startSink } from './sink.ts';
import { limits, peers, type SenderOpening, type WayName, ways } from './ways.ts';

type Sender = Child<ToSend, Cost>;

export async function measureSending({ isBrief, progress }: Extent): Promise<readonly Figure[]> {
  const { rounds, messages } = isBrief
    ? { rounds: 2, messages: 200 }
    : { rounds: 5, messages: 3000 };
  const service = await openPushService();
  const sink = await startSink(service.authority);
  const senders = await startSenders(service, sink);
  const to = subscriptionsAt(sink.origin, 200);
  const costs = new Map<WayName, Cost[]>(ways.map((way) => [way, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [way, sender] of senders) {
      const cost = await sender.ask({ to, warmUp: isBrief ? 50 : 500, messages });
      costs.get(way)?.push(cost);
      const cpuUs = Math.round(cost.cpuUs / messages);
      const rate = Math.round((messages / cost.ms) * 1000);
      progress(`G6, round ${round} of ${rounds}: ${way}: ${cpuUs} µs of CPU, ${rate} a second`);
    }
  }
  for (const sender of senders.values()) await sender.end();
  await sink.end();
  await service.close();

  const of = (figure: (cost: Cost) => number): Pick<Measured, 'ours' | 'peers' | 'limit'> => {
    const valuesOf = (way: WayName) => (costs.get(way) ?? []).map(figure);
    const each = (names: readonly WayName[]) =>
      Object.fromEntries(names.map((name) => [name, valuesOf(name)]));
    return { ours: valuesOf('Rung'), peers: each(peers), limit: each(limits) };
  };
  return [
    figureOf({
      goal: 'G6',
      what: 'CPU per push, µs',
      ...of(({ cpuUs }) => cpuUs / messages),
      better: 'less',
      target: { text: '<= 1/2.5', ratio: 1 / 2.5 },
    }),
    figureOf({
      goal: 'G6',
      what: 'pushes a second, 50 in flight',
      ...of(({ ms }) => (messages / ms) * 1000),
      better: 'more',
      target: { text: '>= 2.5', ratio: 2.5 },
    }),
  ];
}

/** One for each way. What each sends is shown first to a push service that decrypts it. @throws where that refuses it */
async function startSenders(service: PushService, sink: Sink) {
  const keys = webPush.generateVAPIDKeys();
  const ca = await readFile(service.caFile, 'utf8');
  const allow = [service.hostPort, sink.hostPort];
  const senders = new Map<WayName, Sender>();
  const { endpoint, keys: theirs } = await service.subscribe(keys.publicKey);
  for (const way of ways) {
    const opening: SenderOpening = { way, keys, ca, allow };
    const sender: Sender = startChild(new URL('sender-process.ts', import.meta.url), opening, {
      // web-push takes no CA of its own.
      NODE_EXTRA_CA_CERTS: service.caFile,
    });
    senders.set(way, sender);
    // It encrypts as the other limit does, and that push service speaks HTTP/1.1 only.
    if (way === 'bare, HTTP/2') continue;
    await sender.ask({ to: [{ endpoint, keys: theirs }], warmUp: 0, messages: 1 });
    const { fault, json } = service.fresh()[0] ?? { fault: 'nothing came' };
    if (fault !== null || json === null) throw new Error(`${way}: ${fault ?? 'no JSON'}`);
  }
  return senders;
}
