import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import { type ExchangeRequest, exchangeRequest } from '@rung/protocol/exchange.ts';
import { protocolVersion } from '@rung/protocol/version.ts';
import { ulid } from '@rung/protocol/text.ts';
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { Busy } from '../apply/errors.ts';
import { type Device, devicesById, knownDevice } from '../db/devices.ts';
import { answer, type Portion } from '../exchange/answer.ts';
import { cookies as openCookies } from '../exchange/cookie.ts';
import { contactOf, settleCommands } from '../exchange/settle-commands.ts';
import { readBody } from './body.ts';
import { guard } from './guard.ts';
import { HttpProblem, notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';

/** The exchange of a device (sync.md, section 4): its commands are settled, then it is told everything that changed. */
export function syncRoutes(parts: Parts): Hono<Env> {
  const { clock, config, db, log, writer } = parts;
  const cookies = openCookies(config.secret);

  return new Hono<Env>().post('/', guard(parts, 'POST /api/sync', tellRemoved), async (c) => {
    const request = await readBody(c, exchangeRequest);
    const { actor } = c.var;
    if (actor.kind !== 'person') throw notFound();
    const { person } = actor;
    assertSpoken(request);
    const device = await deviceOf(request, person);
    const { commands, now: theirs } = request;
    const now = clock.now();

    const settling = await settleCommands(parts, { device, commands, offset: now - theirs });
    if (settling.kind === 'forked') throw forked();
    if (settling.kind === 'gap') {
      const { last } = settling;
      throw new HttpProblem('gap', 'Commands before these are not known here.', { last });
    }
    if (settling.kind === 'busy') throw new Busy('the commands of a device could not be settled');
    const left = Math.max(0, request.pending - (settling.isAll ? commands.length : 0));
    const contact = contactOf(device, left, now, c.var.sessionHash);
    if (contact !== null) {
      // What is settled is told, whatever becomes of this.
      await writer.heardFrom(contact).catch((error: unknown) => {
        log.warn('a contact of a device was not written', { device: device.id, error });
      });
    }

    const cookie = cookies.read(request.cookie, person);
    const asked = { person, device: device.id, cookie, commands, now };
    return stream(c, answer({ ...parts, cookies }, asked), (error) =>
      log.error('an answer to a device broke off', { device: device.id, error }),
    );
  });

  /** The device that asks. One that is not known may have been restored away: it registers anew. */
  async function deviceOf({ device: id }: ExchangeRequest, person: string): Promise<Device> {
    const [device] = await db.look(devicesById(db, [id]));
    if (device === undefined) throw forked();
    if (device.person !== person) throw new HttpProblem('forbidden', 'This is another’s device.');
    if (device.revokedAt === null) return device;
    throw revoked();
  }

  /** Whose session is over, or who may have no device any more: it goes by the session that it went by last. */
  async function tellRemoved(c: Context<Env>): Promise<void> {
    const { sessionHash } = c.var;
    const named = v.safeParse(v.object({ device: ulid }), await c.req.json().catch(() => null));
    if (sessionHash === null || !named.success) return;
    const known = await knownDevice(db, named.output.device);
    if (known === null || known.revokedAt === null || known.sessionHash !== sessionHash) return;
    throw revoked();
  }
}

function revoked(): HttpProblem {
  const title = 'This device was removed. What waits on it can still be left.';
  return new HttpProblem('revoked', title);
}

function forked(): HttpProblem {
  return new HttpProblem('forked', 'Register this device anew, and send again what waits.');
}

/** Rows are folded by rules that both must have. */
function assertSpoken({ protocol, fold }: ExchangeRequest): void {
  if (protocol === protocolVersion && fold === foldVersion) return;
  throw new HttpProblem('upgrade', 'This app is of another version than the server. Load it anew.');
}

/** Shorter than this, compressing costs more than it saves, bytes. */
const worthwhile = 1000;

/**
 * The lines, compressed, each portion pushed out whole so that the device can take it for good. Nothing is read ahead of
 * a slow reader. What cannot be read at all is an error; what breaks off later ends the stream without its end.
 */
async function stream(
  c: Context,
  portions: AsyncGenerator<Portion>,
  broke: (error: unknown) => void,
): Promise<Response> {
  const first = await portions.next();
  const text = first.done === true ? '' : textOf(first.value);
  c.header('Content-Type', 'application/x-ndjson');
  c.header('X-Accel-Buffering', 'no');
  const isWhole = first.done === true || first.value.isLast;
  if (isWhole && text.length < worthwhile) return c.body(text);

  const isZipped = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  const lines = Readable.from(rest());
  if (!isZipped) return c.body(Readable.toWeb(lines) as ReadableStream);
  c.header('Content-Encoding', 'gzip');
  c.header('Vary', 'Accept-Encoding');
  const zip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  lines.on('error', () => zip.destroy());
  return c.body(Readable.toWeb(lines.pipe(zip)) as ReadableStream);

  async function* rest(): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
    try {
      for await (const portion of portions) yield Buffer.from(textOf(portion));
    } catch (error) {
      broke(error);
      throw error;
    }
  }
}

function textOf({ lines }: Portion): string {
  return `${lines.join('\n')}\n`;
}
