import type { Instant } from '@rung/domain/base/time.ts';
import { command as commandSchema, commandLimit } from '@rung/protocol/command.ts';
import { type SentCommand, withdrawn } from '@rung/protocol/exchange.ts';
import * as v from 'valibot';
import type { Placed, SentByDevice } from '../apply/device-command.ts';
import { Busy } from '../apply/errors.ts';
import type { Writer } from '../apply/writer.ts';
import type { Contact, Device } from '../db/devices.ts';
import type { Log } from '../log.ts';

/** How far it got. `busy`: not one, and the world is why. Which are settled is read for the answer. */
export type Settling =
  | { readonly kind: 'settled'; readonly isAll: boolean }
  | { readonly kind: 'busy' }
  | { readonly kind: 'forked' }
  | { readonly kind: 'gap'; readonly last: number };

/** How long an answer waits for its commands, ms; what is not settled then is told by the next one. */
const patience = 2000;

type Parts = { readonly writer: Writer; readonly log: Log };

type Arrived = {
  readonly device: Device;
  readonly commands: readonly SentCommand[];
  /** Server minus device clock, ms, as it arrived. */
  readonly offset: number;
};

/**
 * Settles what a device sent, in its order. One that throws stops those behind it until the device comes again; then it is
 * put aside (apply/device-command.ts).
 */
export async function settleCommands(parts: Parts, arrived: Arrived): Promise<Settling> {
  const sent = arrived.commands.map((one) => read(one, arrived));
  const late = new Promise<Settling>((resolve) => {
    const over = AbortSignal.timeout(patience);
    over.addEventListener('abort', () => resolve({ kind: 'settled', isAll: false }));
  });
  return Promise.race([settleAll(parts, sent), late]);
}

async function settleAll({ writer, log }: Parts, sent: readonly SentByDevice[]): Promise<Settling> {
  // All at once: they share groups, in their order. One that had to wait makes gaps of those behind it: these go again.
  const first = sent.map((one) => placed(writer, one));
  for (const [n, one] of sent.entries()) {
    let place = await first[n];
    if (place?.kind === 'gap' && n > 0) place = await placed(writer, one);
    switch (place?.kind) {
      case undefined:
      case 'settled':
      case 'forgotten':
        continue;
      case 'forked':
      case 'gap':
        return place;
      case 'failed':
        if (place.error instanceof Busy)
          return n === 0 ? { kind: 'busy' } : { kind: 'settled', isAll: false };
        log.error('a command of a device threw', {
          device: one.device,
          command: one.uid,
          error: place.error,
        });
        // Where the database refused it, and it was put aside for it, those behind it went on.
        await Promise.all(first);
        return { kind: 'settled', isAll: false };
    }
  }
  return { kind: 'settled', isAll: true };
}

type Tried = Placed | { readonly kind: 'failed'; readonly error: unknown };

async function placed(writer: Writer, sent: SentByDevice): Promise<Tried> {
  try {
    return await writer.deviceCommand(sent);
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** What is not of the right kind, or too long, refuses only itself. */
function read({ id, ...message }: SentCommand, { device, offset }: Arrived): SentByDevice {
  const body = JSON.stringify(message);
  const isShort = Buffer.byteLength(body) <= commandLimit;
  const parsed = isShort ? v.safeParse(commandSchema, message) : null;
  const sent = { device: device.id, person: device.person, n: id, uid: message.uid, body };
  if (message['name'] === withdrawn) return { ...sent, arrived: 'withdrawn' };
  if (parsed?.success !== true) return { ...sent, arrived: 'invalid' };
  const { uid, at, offset: offsetBefore, ...command } = parsed.output;
  const claim = { wall: at, offsetBefore, offsetAfter: offset };
  const { person, contactAt } = device;
  return { ...sent, arrived: { uid, claim, person, command, contactAt } };
}

/**
 * What is kept of a contact; null = nothing new. When nothing waits on a device any more, whatever it sends later was done
 * later.
 */
export function contactOf(
  { id, heardAt, contactAt, pending: before, sessionHash: known }: Device,
  pending: number,
  now: Instant,
  sessionHash: string | null,
): Contact | null {
  const isNews = pending !== before || sessionHash !== known || now - heardAt > contactMs;
  if (!isNews) return null;
  return { id, heardAt: now, contactAt: pending === 0 ? now : contactAt, pending, sessionHash };
}

/** How exactly it is known when a device was last heard, ms. */
const contactMs = 30_000;
