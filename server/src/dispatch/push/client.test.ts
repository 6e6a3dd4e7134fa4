import { once } from 'node:events';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newAuthority } from '../../../../test/harness/push-ca.ts';
import { openPushService, type PushService } from '../../../../test/harness/push-service.ts';
import { publicLookup } from './address.ts';
import { type Client, openClient } from './client.ts';

const authority = newAuthority();
const never = new AbortController().signal;
let service: PushService;
const atEnd: (() => unknown)[] = [];

beforeAll(async () => {
  service = await openPushService(authority);
});
afterAll(() => service.close());
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

type Options = Partial<Parameters<typeof openClient>[0]>;
function client(options: Options = {}): Client {
  const opened = openClient({ allow: [service.hostPort], ca: authority.pem, ...options });
  atEnd.push(() => opened.close());
  return opened;
}

const post = (to: Client, url: string, deadline = never) =>
  to.post(new URL(url), { 'Content-Length': 2 }, Buffer.from('{}'), deadline);

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd.push(() => server.close());
  return `localhost:${(server.address() as AddressInfo).port}`;
}

test('an answer comes with its reason and with how long to wait', async () => {
  const { endpoint } = await service.subscribe();
  const headers = { 'retry-after': '60', date: 'Sun, 22 Nov 2026 02:00:00 GMT' };
  service.script(endpoint, { status: 429, body: 'too many', headers });
  expect(await post(client(), endpoint)).toEqual({
    status: 429,
    body: 'too many',
    retryAfter: '60',
    date: headers.date,
  });
});

test('requests share a connection', async () => {
  const { endpoint } = await service.subscribe();
  const before = service.connections;
  const one = client();
  service.always(endpoint, { status: 201 });
  for (let n = 0; n < 3; n += 1) await post(one, endpoint);
  expect(service.connections).toBe(before + 1);
});

test('no more is read of a body than a reason needs', async () => {
  const { endpoint } = await service.subscribe();
  service.script(endpoint, { status: 400, body: 'x'.repeat(1_000_000) });
  const answer = await post(client(), endpoint);
  expect(answer).toMatchObject({ status: 400, body: 'x'.repeat(2048) });
});

test('a body without end ends', async () => {
  const server = createTls(authority.vouch(), (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1024)));
    };
    response.on('drain', more).writeHead(201);
    more();
  });
  const hostPort = await listening(server);
  const one = client({ allow: [hostPort] });
  expect(await post(one, `https://${hostPort}/`)).toMatchObject({ status: 201 });
});

test('an answer that ends with its connection is whole', async () => {
  const { endpoint } = await service.subscribe();
  const headers = { connection: 'close' };
  for (let n = 0; n < 5; n += 1) {
    service.script(endpoint, { status: 400, body: 'BadTopic', headers });
    expect(await post(client(), endpoint)).toMatchObject({ status: 400, body: 'BadTopic' });
  }
});

test('half an answer is none, nor is a connection that breaks', async () => {
  const { endpoint } = await service.subscribe();
  service.script(endpoint, { status: 201, how: 'half' });
  expect(await post(client(), endpoint)).toMatchObject({ silence: 'half an answer' });
  service.script(endpoint, { how: 'reset' });
  expect(await post(client(), endpoint)).toMatchObject({ silence: 'ECONNRESET' });
});

test('a kept connection that was closed meanwhile is none of the service’s faults', async () => {
  const { endpoint } = await service.subscribe();
  const one = client();
  service.script(endpoint, { status: 201 }, { how: 'reset' }, { status: 202 });
  expect(await post(one, endpoint)).toMatchObject({ status: 201 });
  expect(await post(one, endpoint)).toMatchObject({ status: 202 });
});

test('whoever does not answer is given up at the deadline', async () => {
  const { endpoint } = await service.subscribe();
  service.script(endpoint, { how: 'hang' });
  const deadline = new AbortController();
  const answer = post(client(), endpoint, deadline.signal);
  await service.arrived(service.received.length + 1);
  deadline.abort();
  expect(await answer).toMatchObject({ silence: 'no answer in time' });
  expect(await post(client(), endpoint, deadline.signal)).toMatchObject({
    silence: 'no answer in time',
  });
});

test('so is one that takes the connection and says nothing', async () => {
  const hostPort = await listening(createServer((socket) => void socket.on('error', () => {})));
  const one = client({ allow: [hostPort], connectMs: 1 });
  expect(await post(one, `https://${hostPort}/`)).toMatchObject({
    silence: 'connecting took too long',
  });
});

test('nobody there', async () => {
  const hostPort = 'localhost:1';
  const one = client({ allow: [hostPort] });
  expect(await post(one, `https://${hostPort}/`)).toMatchObject({ silence: 'ECONNREFUSED' });
});

test('a redirect is an answer', async () => {
  const { endpoint } = await service.subscribe();
  const seen = service.received.length;
  service.script(endpoint, { status: 307, headers: { location: `${service.origin}/inside` } });
  expect(await post(client(), endpoint)).toMatchObject({ status: 307 });
  expect(service.received.length).toBe(seen + 1);
});

test('who is not allowed by name is reached outside only, and trusted by the world only', async () => {
  const { endpoint } = await service.subscribe();
  const seen = service.received.length;
  const inside = client({
    allow: [],
    lookup: publicLookup((_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }])),
  });
  expect(await post(inside, endpoint)).toMatchObject({ silence: 'NO_PUBLIC_ADDRESS' });
  const untrusted = client({
    allow: [],
    lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  expect(await post(untrusted, endpoint)).toMatchObject({
    silence: expect.stringMatching(/CERT|VERIFY/) as string,
  });
  expect(await post(client({ ca: null }), endpoint)).toMatchObject({
    silence: expect.stringMatching(/CERT|VERIFY/) as string,
  });
  expect(service.received.length).toBe(seen);
});
