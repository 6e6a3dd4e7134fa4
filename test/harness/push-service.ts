import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subscription } from '@rung/protocol/push.ts';
import { type Authority, newAuthority } from './push-ca.ts';
import { type Claims, readVapid, type Vapid } from './push-vapid.ts';
import { curve, decrypt, type ReceivingKeys } from './rfc8291.ts';

/** A push service on loopback, over TLS, that does what the story says and looks at every request as Apple does. */
export type PushService = {
  readonly origin: string;
  /** For PUSH_ALLOW. */
  readonly hostPort: string;
  /** For PUSH_CA: a file in a folder of its own. */
  readonly caFile: string;
  readonly authority: Authority;
  /** A browser subscribes with this key of the server's, base64url; without one, any key may send to it. */
  subscribe(applicationServerKey?: string): Promise<PushSubscribed>;
  /** Every request it got, oldest first; those that are not answered yet, too. */
  readonly received: readonly Received[];
  /** What was received since this was asked last. */
  fresh(): readonly Received[];
  /** Resolves when it got so many requests in all. */
  arrived(count: number): Promise<void>;
  /** How the next requests to this endpoint (or '*': to any) end, one step for each; then as usual. */
  script(endpoint: string, ...steps: readonly Step[]): void;
  /** How each of them ends from now on, after what is scripted; null = as usual. */
  always(endpoint: string, step: Step | null): void;
  /** TLS connections that were opened so far. */
  readonly connections: number;
  close(): Promise<void>;
};

/** As `PushSubscription.toJSON()`, and what only the browser knows. */
export type PushSubscribed = Subscription & { readonly receiving: ReceivingKeys };

/** How a request ends; what is not said is as usual. */
export type Step = {
  /** Whatever the request is like. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Answered when this resolves. */
  readonly until?: Promise<unknown>;
  /** `hang`: never answered; `reset`: the connection is cut; `half`: cut in the middle of the answer. */
  readonly how?: 'hang' | 'reset' | 'half';
};

export type Received = {
  readonly endpoint: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly claims: Claims | null;
  readonly token: string | null;
  /** Bytes as they came. */
  readonly size: number;
  /** Decrypted; null = it could not be. */
  readonly text: string | null;
  /** `text` as JSON; null = it is none. */
  readonly json: unknown;
  /** The first TLS connection is 1. */
  readonly connection: number;
  /** What Apple would not like; null = nothing. */
  readonly fault: string | null;
  /** What was answered; null = nothing yet, or no answer at all. */
  readonly status: number | null;
};

const { subtle } = crypto;

const bodyLimit = 4096;
const urgencies = ['very-low', 'low', 'normal', 'high'];

type Known = PushSubscribed & { readonly key: string | null };
type Answer = { readonly status: number; readonly reason: string };

/** Opens one, with an authority of its own unless it shares another's. */
export async function openPushService(authority: Authority = newAuthority()): Promise<PushService> {
  const folder = await mkdtemp(join(tmpdir(), 'rung-push-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.pem);

  const known = new Map<string, Known>();
  const received: Received[] = [];
  const steps = new Map<string, Step[]>();
  const always = new Map<string, Step>();
  const connections = new WeakMap<object, number>();
  const waiting = new Set<() => void>();
  let connected = 0;
  let heard = 0;

  const server = createServer(authority.vouch(), (request, response) => {
    void take(request, response);
  });
  server.on('secureConnection', (socket) => {
    connected += 1;
    connections.set(socket, connected);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hostPort = `localhost:${(server.address() as AddressInfo).port}`;
  const origin = `https://${hostPort}`;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === null) return;
    const endpoint = `${origin}${request.url}`;
    const to = known.get(endpoint);
    const vapid = await readVapid(request.headers.authorization, origin, to?.key ?? null);
    const text = to === undefined ? null : await decrypt(body, to.receiving).catch(() => null);
    const usual = judge(request, body, to, vapid, text);
    const isGood = typeof vapid !== 'string';
    const one: { -readonly [Key in keyof Received]: Received[Key] } = {
      endpoint,
      headers: request.headers as Received['headers'],
      claims: isGood ? vapid.claims : null,
      token: isGood ? vapid.token : null,
      size: body.length,
      text,
      json: jsonOf(text),
      connection: connections.get(request.socket) ?? 0,
      fault: usual.status === 201 ? null : usual.reason,
      status: null,
    };
    const step =
      steps.get(endpoint)?.shift() ??
      steps.get('*')?.shift() ??
      always.get(endpoint) ??
      always.get('*') ??
      {};
    received.push(one);
    for (const look of waiting) look();

    await step.until;
    if (step.how === 'hang') return;
    if (step.how === 'reset') return void request.socket.destroy();
    const status = step.status ?? usual.status;
    const said = step.body ?? (status === 201 ? '' : JSON.stringify({ reason: usual.reason }));
    const ttl = Array.isArray(request.headers['ttl']) ? '0' : (request.headers['ttl'] ?? '0');
    const headers = {
      ...(status === 201
        ? { location: `${origin}/message/${randomBytes(9).toString('base64url')}`, ttl }
        : {}),
      'content-type': 'application/json',
      ...step.headers,
    };
    if (step.how === 'half') {
      response.writeHead(status, { ...headers, 'content-length': '1000' });
      // What was written is on its way before the connection is cut.
      response.write(said || '{', () => request.socket.destroy());
      return;
    }
    one.status = status;
    response.writeHead(status, headers).end(said);
  }

  return {
    origin,
    hostPort,
    caFile,
    authority,
    received,
    async subscribe(applicationServerKey) {
      const keys = await subtle.generateKey(curve, false, ['deriveBits']);
      const publicKey = new Uint8Array(await subtle.exportKey('raw', keys.publicKey));
      const auth = new Uint8Array(randomBytes(16));
      const one = {
        endpoint: `${origin}/push/${randomBytes(24).toString('base64url')}`,
        keys: { p256dh: base64url(publicKey), auth: base64url(auth) },
        receiving: { privateKey: keys.privateKey, publicKey, auth },
        key: applicationServerKey ?? null,
      };
      known.set(one.endpoint, one);
      return one;
    },
    fresh() {
      const fresh = received.slice(heard);
      heard = received.length;
      return fresh;
    },
    arrived: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    script: (endpoint, ...more) => {
      steps.set(endpoint, [...(steps.get(endpoint) ?? []), ...more]);
    },
    always: (endpoint, step) => {
      if (step === null) always.delete(endpoint);
      else always.set(endpoint, step);
    },
    get connections() {
      return connected;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a push service answers to a request by itself, with Apple's words for what is wrong. */
function judge(
  { method, headers }: IncomingMessage,
  body: Uint8Array<ArrayBuffer>,
  to: Known | undefined,
  vapid: Vapid | string,
  text: string | null,
): Answer {
  if (method !== 'POST') return { status: 405, reason: 'MethodNotAllowed' };
  if (to === undefined) return { status: 404, reason: 'BadPath' };
  if (typeof vapid === 'string') return { status: 403, reason: `BadJwtToken: ${vapid}` };
  if (body.length > bodyLimit) return { status: 413, reason: 'PayloadTooLarge' };
  const { ttl, topic, urgency } = headers;
  if (typeof ttl !== 'string' || !/^\d{1,10}$/.test(ttl)) return bad('BadTtl');
  if (topic !== undefined && !/^[\w-]{1,32}$/.test(String(topic))) return bad('BadWebPushTopic');
  if (urgency !== undefined && !urgencies.includes(String(urgency))) return bad('BadUrgency');
  if (headers['content-encoding'] !== 'aes128gcm') return bad('BadContentEncoding');
  return text === null ? bad('BadPayload') : { status: 201, reason: '' };
}

const bad = (reason: string): Answer => ({ status: 400, reason });

/** null = it was cut before its end. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return new Uint8Array(Buffer.concat(chunks));
  } catch {
    return null;
  }
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
