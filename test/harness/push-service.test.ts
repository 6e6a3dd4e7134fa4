import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request, type RequestOptions } from 'node:https';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPushService, type PushService, type PushSubscribed } from './push-service.ts';

type Keys = { readonly publicKey: string; readonly privateKey: string };
type Options = {
  readonly vapidDetails?: Keys & { readonly subject: string };
  readonly TTL?: number;
  readonly topic?: string;
  readonly urgency?: string;
};

/** The library that the server sends with: what the service reads must be what another wrote. */
const webPush = createRequire(new URL('../../server/package.json', import.meta.url))(
  'web-push',
) as {
  generateVAPIDKeys(): Keys;
  generateRequestDetails(
    to: PushSubscribed,
    text: string,
    options: Options,
  ): { readonly headers: Record<string, string | number>; readonly body: Buffer };
};

const keys = webPush.generateVAPIDKeys();
const vapidDetails = { subject: 'mailto:admin@example.org', ...keys };

let service: PushService;
let phone: PushSubscribed;
let agent: Agent;
beforeEach(async () => {
  service = await openPushService();
  phone = await service.subscribe(keys.publicKey);
  agent = new Agent({ ca: await readFile(service.caFile), keepAlive: true });
});
afterEach(async () => {
  agent.destroy();
  await service.close();
});

type Change = {
  readonly headers?: Record<string, string>;
  readonly without?: string;
  readonly body?: Buffer;
};

/** Sends a good request, or one that differs. Answers the status, or how it failed. */
async function send(
  text: string,
  options: Options = {},
  { headers, without, body: other }: Change = {},
  to: PushSubscribed = phone,
): Promise<number | string> {
  const details = webPush.generateRequestDetails(to, text, {
    vapidDetails,
    TTL: 60,
    topic: 'pump-3',
    urgency: 'high',
    ...options,
  });
  const sent = { ...details.headers, ...headers };
  const body = other ?? details.body;
  sent['Content-Length'] = body.length;
  if (without !== undefined) delete sent[without];
  const { hostname, port, pathname } = new URL(to.endpoint);
  const how: RequestOptions = {
    hostname,
    port,
    path: pathname,
    method: 'POST',
    headers: sent,
    agent,
  };
  return new Promise((resolve) => {
    const asked = request(how, (answer) => {
      answer.on('error', ({ message }) => resolve(message));
      answer.on('end', () => resolve(answer.statusCode ?? 0)).resume();
    });
    asked.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
    asked.end(body);
  });
}

test('a good request is taken, read and kept', async () => {
  expect(await send('{"a":"ä"}')).toBe(201);
  const [one] = service.received;
  expect(one).toMatchObject({
    endpoint: phone.endpoint,
    json: { a: 'ä' },
    fault: null,
    status: 201,
    connection: 1,
    claims: { aud: service.origin, sub: 'mailto:admin@example.org' },
  });
  expect(one?.headers).toMatchObject({ ttl: '60', urgency: 'high', topic: 'pump-3' });
});

test('a connection that is kept open is seen as one', async () => {
  await send('1');
  await send('2');
  expect(service.connections).toBe(1);
  agent.destroy();
  await send('3');
  expect(service.received.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});

test('nobody who does not know its authority talks to it', async () => {
  agent = new Agent();
  expect(await send('1')).toMatch(/^(UNABLE_TO_VERIFY|SELF_SIGNED)/);
  expect(service.received).toEqual([]);
});

/** A token signed with this key, as the header that carries it. */
function vapid(claims: object, { publicKey, privateKey }: Keys, k = publicKey): string {
  const said = ['{"typ":"JWT","alg":"ES256"}', JSON.stringify(claims)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((n) => n.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d: privateKey };
  const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(said), { key, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${said}.${signature.toString('base64url')}, k=${k}`;
}

describe('refuses', () => {
  const other = webPush.generateVAPIDKeys();
  const nowS = Date.now() / 1000;
  const wrong =
    (claims: object, key = keys) =>
    () => {
      const about = { aud: service.origin, exp: nowS + 3600, sub: 'mailto:admin@example.org' };
      return { headers: { Authorization: vapid({ ...about, ...claims }, key, keys.publicKey) } };
    };

  test.each([
    [
      'a subject at localhost',
      { vapidDetails: { ...vapidDetails, subject: 'mailto:a@localhost' } },
    ],
    [
      'a subject that is a page at localhost',
      { vapidDetails: { ...vapidDetails, subject: 'https://localhost' } },
    ],
    ['another key than was subscribed with', { vapidDetails: { ...vapidDetails, ...other } }],
  ])('%s', async (_, options) => {
    expect(await send('1', options)).toBe(403);
    expect(service.received[0]?.fault).toMatch(/^BadJwtToken: /);
  });

  test.each([
    ['no token', () => ({ without: 'Authorization' })],
    ['a token of two days', wrong({ exp: nowS + 48 * 3600 })],
    ['a token that is over', wrong({ exp: nowS - 1 })],
    ['a token for another service', wrong({ aud: 'https://push.example.org' })],
    ['a token without a subject', wrong({ sub: undefined })],
    ['a token that k did not sign', wrong({}, other)],
  ])('%s', async (_, change) => {
    expect(await send('1', {}, change())).toBe(403);
    expect(service.received[0]?.fault).toMatch(/^BadJwtToken: /);
  });

  test('nothing of a token that is as it should be', async () => {
    expect(await send('1', {}, wrong({})())).toBe(201);
  });

  test.each([
    ['no TTL', 400, { without: 'TTL' }],
    ['a topic of 33 characters', 400, { headers: { Topic: 'x'.repeat(33) } }],
    ['a topic with other characters', 400, { headers: { Topic: 'a/b' } }],
    ['another encoding', 400, { headers: { 'Content-Encoding': 'aesgcm' } }],
    ['what it cannot read', 400, { body: Buffer.alloc(200) }],
    ['more than 4,096 bytes', 413, { body: Buffer.alloc(4097) }],
  ])('%s', async (_, status, change) => {
    expect(await send('1', {}, change as Change)).toBe(status);
  });

  test('an endpoint that it never gave out', async () => {
    expect(await send('1', {}, {}, { ...phone, endpoint: `${service.origin}/push/x` })).toBe(404);
  });
});

describe('does what the story says', () => {
  test('one step for each request, of an endpoint before any, then as usual', async () => {
    service.script('*', { status: 503 });
    service.script(phone.endpoint, { status: 429, headers: { 'retry-after': '7' } });
    expect([await send('1'), await send('2'), await send('3')]).toEqual([429, 503, 201]);
    service.always('*', { status: 500 });
    expect([await send('1'), await send('2')]).toEqual([500, 500]);
    service.always('*', null);
    expect(await send('3')).toBe(201);
  });

  test('cuts the connection, before or in the middle of its answer', async () => {
    service.script('*', { how: 'reset' }, { how: 'half' });
    expect([await send('1'), await send('2')]).toEqual(['ECONNRESET', 'aborted']);
    expect(service.received.map(({ status }) => status)).toEqual([null, null]);
  });

  test('answers when it is let', async () => {
    const gate = Promise.withResolvers<void>();
    service.script('*', { until: gate.promise });
    const sent = send('1');
    await service.arrived(1);
    expect(service.received[0]?.status).toBeNull();
    gate.resolve();
    expect(await sent).toBe(201);
  });

  test('never answers until it is closed', async () => {
    service.script('*', { how: 'hang' });
    const sent = send('1');
    await service.arrived(1);
    await service.close();
    expect(await sent).toBe('ECONNRESET');
    service = await openPushService();
  });
});
