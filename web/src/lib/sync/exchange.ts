/** One exchange with the server (sync.md, section 4): what waits goes out, what came back is taken in portion by portion. */

import type { Instant } from '@rung/domain/base/time.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import type { ExchangeRequest } from '@rung/protocol/exchange.ts';
import { exchangeLimit, mostCommands, protocolVersion } from '@rung/protocol/version.ts';
import { lineReader } from '@rung/sync/lines.ts';
import { answersFirst } from '@rung/sync/answers.ts';
import { batch } from '@rung/sync/outbox.ts';
import { wallClock } from '@rung/sync/wall-clock.ts';
import type { Local } from '../local/local.ts';
import { meaningOf, unreachable, type NoAnswer } from './problem-answer.ts';
import { loadRules } from './rules-here.ts';
import { settle } from './settle.ts';
import { watchSilence } from './silence.ts';

/** What an exchange needs of the world. */
export type World = {
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** The device's clock. */
  now(): Instant;
  later(ms: number, run: () => void): () => void;
};

export type Exchanged =
  | { readonly kind: 'done' }
  /** There is more to do at once. `isMoving` false = the server settled nothing of what it was sent. */
  | { readonly kind: 'more'; readonly isMoving: boolean }
  /** Another tab began an exchange meanwhile; this one left off. */
  | { readonly kind: 'overtaken' }
  /** There is no device id yet. */
  | { readonly kind: 'unregistered' }
  | NoAnswer;

/** What an exchange weighs beside its commands and its cookie, bytes. */
const envelopeBytes = 1024;

/** @throws when this device keeps nothing, or no more. */
export async function exchange(local: Local, world: World): Promise<Exchanged> {
  const now = (): Instant => wallClock(world.now());
  const { turn, request } = await begin(local);
  if (request === null) return { kind: 'unregistered' };
  // It will be needed to show what still waits: on its way beside the answer.
  if (request.commands.length > 0) void loadRules().catch(() => {});
  const silence = watchSilence(world);
  try {
    const sentAt = now();
    let response: Response;
    try {
      response = await world.fetch('/api/sync', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Rung-Person': local.person },
        body: JSON.stringify({ ...request, now: sentAt } satisfies ExchangeRequest),
        signal: silence.signal,
      });
    } catch {
      return unreachable;
    }
    silence.heard();
    const middle = (sentAt + now()) / 2;
    if (!response.ok) return await meaningOf(response);
    // A hotel's sign-in page comes with 200 too.
    const isOurs = response.headers.get('Content-Type')?.startsWith('application/x-ndjson');
    if (isOurs !== true || response.body === null) return unreachable;
    const taken = await take(local, response.body, { turn, middle, now, silence });
    // Nothing was sent: nothing could be settled.
    return taken.kind === 'more' && request.commands.length === 0
      ? { ...taken, isMoving: true }
      : taken;
  } finally {
    silence.end();
  }
}

/** Says that a new exchange begins, so that an older one writes no more, and what is to be sent. null = no device yet. */
function begin(local: Local): Promise<{
  readonly turn: number;
  /** But for the clock. */
  readonly request: Omit<ExchangeRequest, 'now'> | null;
}> {
  return local.apply(async (writing) => {
    const meta = await writing.meta();
    const turn = meta.turn + 1;
    const { device, epoch, isComplete } = meta;
    // Rows of other rules are no good to ours: everything anew.
    const cookie = meta.fold === foldVersion ? meta.cookie : null;
    if (device === null) return { turn: meta.turn, request: null };
    await writing.setMeta({ ...meta, turn });
    const waiting = await writing.outbox.all();
    // A new device of somebody who had one: first it must be known whether the server was restored, for then what an
    // older device sent goes before what waits. But for answers: somebody else is being woken meanwhile.
    const isAnew = epoch !== null && !isComplete;
    const isCautious =
      isAnew && (await writing.settled.all()).some((settled) => settled.device !== device);
    const { outbox, answers } = isCautious
      ? answersFirst(waiting)
      : { outbox: waiting, answers: mostCommands };
    if (isCautious) await writing.outbox.put(outbox);
    const room = exchangeLimit - envelopeBytes - (cookie?.length ?? 0);
    const request: Omit<ExchangeRequest, 'now'> = {
      protocol: protocolVersion,
      device,
      fold: foldVersion,
      cookie,
      pending: outbox.length,
      commands: [...batch(outbox, Math.min(answers, mostCommands), room)],
    };
    return { turn, request };
  });
}

type Under = {
  readonly turn: number;
  /** The device's clock in the middle between request and answer. */
  readonly middle: Instant;
  now(): Instant;
  readonly silence: { heard(): void };
};

async function take(
  local: Local,
  body: ReadableStream<Uint8Array>,
  { turn, middle, now, silence }: Under,
): Promise<Exchanged> {
  const stream = body.getReader();
  const text = new TextDecoder();
  const lines = lineReader();
  let isMoving = false;
  let waits = 0;
  while (lines.standing === 'reading') {
    let chunk: Uint8Array | undefined;
    try {
      chunk = (await stream.read()).value;
    } catch {
      // Cut: the same as an end that comes too early.
    }
    if (chunk === undefined) break;
    silence.heard();
    for (const portion of lines.take(text.decode(chunk, { stream: true }))) {
      const offset = Math.round(portion.head.time - middle);
      const taken = await settle(local, portion, { turn, now: now(), offset });
      if (taken.kind === 'overtaken') {
        void stream.cancel().catch(() => {});
        return taken;
      }
      if (taken.kind === 'no-rules') {
        void stream.cancel().catch(() => {});
        return unreachable;
      }
      waits = taken.waits;
      isMoving ||= portion.close.kind === 'mark' || portion.close.results.length > 0;
    }
  }
  void stream.cancel().catch(() => {});
  switch (lines.standing) {
    case 'ended':
      return waits === 0 ? { kind: 'done' } : { kind: 'more', isMoving };
    case 'broken':
      return { kind: 'broken' };
    case 'reading':
      // It goes on from the last mark; without one there is nothing to go on from.
      return isMoving ? { kind: 'more', isMoving } : unreachable;
  }
}
