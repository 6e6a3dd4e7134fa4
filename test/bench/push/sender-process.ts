/** A process that does nothing but send in one way, and says what that cost it. Not for import. */

import type { Subscription } from '@rung/protocol/push.ts';
import { answering } from '../child.ts';
import { bare, bareHttp2 } from './bare.ts';
import { ours } from './ours.ts';
import { peer, tunedPeer } from './peer.ts';
import type { SenderOpening, Way, WayName } from './ways.ts';

export type ToSend = {
  readonly to: readonly Subscription[];
  /** Sent before anything is measured: connections stand, code is compiled. */
  readonly warmUp: number;
  readonly messages: number;
};
export type Cost = { readonly cpuUs: number; readonly ms: number };

/** As many as dispatch has slots. */
const inFlight = 50;

const wayOf: Readonly<Record<WayName, Way>> = {
  Rung: ours,
  'web-push': peer,
  'web-push, keep-alive agent': tunedPeer,
  'bare, HTTP/1.1': bare,
  'bare, HTTP/2': bareHttp2,
};

async function sendAll(send: (n: number) => Promise<void>, messages: number): Promise<void> {
  let sent = 0;
  async function inTurn(): Promise<void> {
    while (sent < messages) await send(sent++);
  }
  await Promise.all(Array.from({ length: inFlight }, inTurn));
}

await answering(async (opening: SenderOpening) => {
  const ready = wayOf[opening.way](opening);
  return async ({ to, warmUp, messages }: ToSend): Promise<Cost> => {
    const send = ready(to);
    await sendAll(send, warmUp);
    const [begun, before] = [performance.now(), process.cpuUsage()];
    await sendAll(send, messages);
    const { user, system } = process.cpuUsage(before);
    return { cpuUs: user + system, ms: performance.now() - begun };
  };
});
