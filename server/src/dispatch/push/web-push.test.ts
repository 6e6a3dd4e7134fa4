import type { ContactMethod } from '@rung/domain/paging/notification.ts';
import { readPush } from '@rung/protocol/push-payload.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import webPush from 'web-push';
import {
  openPushService,
  type PushService,
  type PushSubscribed,
} from '../../../../test/harness/push-service.ts';
import { night, outgoing, ticketId } from './test-outgoing.ts';
import { openWebPush, type WebPushParts } from './web-push.ts';

const keys = webPush.generateVAPIDKeys();
const second = 1000;
const page = outgoing();

let service: PushService;
const atEnd: (() => void)[] = [];
beforeAll(async () => {
  service = await openPushService();
});
afterAll(() => service.close());
afterEach(() => {
  service.fresh();
  service.always('*', null);
  for (const end of atEnd.splice(0)) end();
});

function methodOf({ endpoint, keys }: Pick<PushSubscribed, 'endpoint' | 'keys'>): ContactMethod {
  const [brokenAt, shownAt, check] = [null, null, null];
  const address = `sealed ${JSON.stringify({ endpoint, keys })}`;
  return {
    id: 'phone',
    person: 'mara',
    kind: 'push',
    address,
    brokenAt,
    shownAt,
    check,
    missed: 0,
  };
}

function open(said: Partial<WebPushParts> = {}) {
  const clock = { at: night, now: () => clock.at };
  const lines: unknown[] = [];
  const alarms: { host: string; detail: string }[] = [];
  const note = (...line: unknown[]): void => void lines.push(line);
  const transport = openWebPush({
    keys,
    subject: 'mailto:ops@example.org',
    publicUrl: new URL('http://localhost:3000'),
    allow: [service.hostPort],
    services: [],
    ca: service.authority.pem,
    unseal: ({ address }) => (address.startsWith('sealed ') ? address.slice(7) : null),
    clock,
    log: { info: note, warn: note, error: note },
    alarm: (about) => void alarms.push(about),
    ...said,
  });
  atEnd.push(() => transport.close());
  return {
    transport,
    clock,
    lines,
    alarms,
    to: (one: PushSubscribed) => transport.send(page, methodOf(one)),
  };
}

const phone = () => service.subscribe(keys.publicKey);

test('a page arrives as it was written, by a request that the strictest service takes', async () => {
  const one = await phone();
  expect(await open().to(one)).toEqual({ kind: 'accepted' });
  const [push] = service.fresh();
  expect(push).toMatchObject({ endpoint: one.endpoint, fault: null, status: 201 });
  expect(push!.headers).toMatchObject({ ttl: '86400', urgency: 'high', topic: ticketId });
  expect(readPush(push!.text!)).toMatchObject({
    title: 'S1 · Cold store 4 too warm · ack by 03:07',
    data: { id: page.notification.id, at: night },
  });
});

test('pushes share connection and token', async () => {
  const [mara, otto] = [await phone(), await phone()];
  const { to } = open();
  const before = service.connections;
  await to(mara);
  await to(otto);
  await to(mara);
  const pushes = service.fresh();
  expect(service.connections).toBe(before + 1);
  expect(new Set(pushes.map(({ token }) => token)).size).toBe(1);
});

test('a token that is refused is made anew, once', async () => {
  const one = await phone();
  const { to, alarms } = open();
  service.script(one.endpoint, { status: 403 });
  expect(await to(one)).toEqual({ kind: 'accepted' });
  const pushes = service.fresh();
  expect(pushes.map(({ status }) => status)).toEqual([403, 201]);
  expect(pushes[0]!.token).not.toBe(pushes[1]!.token);
  expect(alarms).toEqual([]);
});

test('a host that refuses our key to several is an alarm and no end of anything', async () => {
  const [mara, otto] = [await phone(), await phone()];
  const { to, alarms, lines } = open();
  service.always('*', { status: 401, body: 'BadJwtToken' });
  const detail = `${service.hostPort} answered 401: BadJwtToken`;
  const later = { kind: 'later', afterMs: 30_000, wasSent: true, detail };
  expect(await to(mara)).toEqual(later);
  expect(service.fresh()).toHaveLength(2);
  expect([alarms, lines]).toEqual([[], [[expect.any(String), { host: service.hostPort, detail }]]]);
  expect(await to(otto)).toEqual(later);
  expect(alarms).toEqual([{ host: service.hostPort, detail }]);
});

test('one endpoint that does so is over', async () => {
  const [mara, otto] = [await phone(), await phone()];
  const { to, alarms } = open();
  await to(otto);
  service.always(mara.endpoint, { status: 403 });
  expect(await to(mara)).toMatchObject({ kind: 'gone' });
  expect(await to(otto)).toMatchObject({ kind: 'accepted' });
  expect(alarms).toEqual([]);
});

test('what is too large is sent once more without a word of the ticket’s', async () => {
  const one = await phone();
  service.script(one.endpoint, { status: 413 });
  expect(await open().to(one)).toEqual({ kind: 'accepted' });
  const [whole, minimal] = service.fresh();
  expect(minimal!.size).toBeLessThan(whole!.size);
  expect(minimal!.text).not.toContain('Cold store');
  expect(readPush(minimal!.text!)?.data.id).toBe(page.notification.id);
});

test('a subscription that wants nothing for a while is left alone, and no other', async () => {
  const [mara, otto] = [await phone(), await phone()];
  const { to, clock } = open();
  service.script(mara.endpoint, { status: 429, headers: { 'retry-after': '60' } });
  expect(await to(mara)).toMatchObject({ kind: 'later', afterMs: 60_000, wasSent: true });
  clock.at += 20 * second;
  expect(await to(mara)).toMatchObject({ kind: 'later', afterMs: 40_000, wasSent: false });
  expect(await to(otto)).toMatchObject({ kind: 'accepted' });
  expect(service.fresh()).toHaveLength(2);
  clock.at += 40 * second;
  expect(await to(mara)).toMatchObject({ kind: 'accepted' });
});

describe('a push service that fails', () => {
  const three = () => Promise.all([phone(), phone(), phone()]);

  test('is left alone after five times and three subscriptions, and used when it is back', async () => {
    const [mara, otto, lena] = await three();
    const nora = await phone();
    const { to, clock, lines } = open();
    service.always('*', { status: 503 });
    for (const one of [mara, otto, mara, otto, lena]) {
      expect(await to(one)).toMatchObject({ kind: 'again' });
    }
    expect(service.fresh()).toHaveLength(5);
    clock.at += 4 * second;
    expect(await to(nora)).toMatchObject({ kind: 'later', afterMs: 6000, wasSent: false });
    expect(service.fresh()).toHaveLength(0);

    clock.at += 6 * second;
    const tries = await Promise.all([to(mara), to(nora), to(nora)]);
    expect(tries.map(({ kind }) => kind)).toEqual(['later', 'again', 'later']);
    expect(service.fresh()).toHaveLength(1);

    service.always('*', null);
    clock.at += 3 * second;
    expect(await to(mara)).toEqual({ kind: 'accepted' });
    expect(await to(nora)).toEqual({ kind: 'accepted' });
    expect(lines).toEqual([
      [expect.any(String), { host: service.hostPort, openMs: 10_000, reason: 'answered 503' }],
      [expect.any(String), { host: service.hostPort }],
    ]);
  });

  test.each([500, 429])('with %i for one subscription is used for all others', async (status) => {
    const [mara, otto] = await three();
    const { to } = open();
    service.always(mara.endpoint, { status });
    await Promise.all(Array.from({ length: 30 }, () => to(mara)));
    expect(await to(otto)).toEqual({ kind: 'accepted' });
    const [before] = [service.fresh()];
    expect(before.length).toBeGreaterThanOrEqual(2);
    expect(await to(mara)).toMatchObject({ kind: 'later', wasSent: false });
    expect(service.fresh()).toEqual([]);
  });

  test('and hangs, with 20 sends open, is sent no more until it answers; another is', async () => {
    const hanging = await openPushService(service.authority);
    const phones = await Promise.all(
      Array.from({ length: 21 }, () => hanging.subscribe(keys.publicKey)),
    );
    const last = phones.pop()!;
    const { to, clock } = open({ allow: [service.hostPort, hanging.hostPort] });
    const gate = Promise.withResolvers<void>();
    hanging.always('*', { until: gate.promise });
    const sending = phones.map(to);
    await hanging.arrived(20);
    clock.at += 2 * second;
    expect(await to(last)).toEqual({
      kind: 'later',
      afterMs: 2000,
      wasSent: false,
      detail: `${hanging.hostPort} answers too slowly`,
    });
    expect(await to(await phone())).toEqual({ kind: 'accepted' });
    gate.resolve();
    for (const outcome of await Promise.all(sending)) expect(outcome.kind).toBe('accepted');
    expect(await to(last)).toEqual({ kind: 'accepted' });
    await hanging.close();
  });

  test.each(['reset', 'half'] as const)('by %s is tried again', async (how) => {
    const one = await phone();
    service.script(one.endpoint, { status: 201, how });
    expect(await open().to(one)).toMatchObject({ kind: 'again' });
  });

  test('to prove who it is, is sent nothing', async () => {
    const one = await phone();
    expect(await open({ ca: null }).to(one)).toMatchObject({ kind: 'again' });
    expect(service.fresh()).toHaveLength(0);
  });

  test('is let go of when the transport is closed', async () => {
    const one = await phone();
    const { to, transport } = open();
    service.script(one.endpoint, { how: 'hang' });
    const sending = to(one);
    await service.arrived(service.received.length + 1);
    transport.close();
    expect(await sending).toMatchObject({ kind: 'again' });
  });
});

test('a redirect is not followed', async () => {
  const one = await phone();
  service.script(one.endpoint, { status: 307, headers: { location: `${service.origin}/inside` } });
  expect(await open().to(one)).toMatchObject({ kind: 'refused' });
  expect(service.fresh()).toHaveLength(1);
});

describe('nothing is sent', () => {
  test('where the guard lets nothing through', async () => {
    const one = await phone();
    expect(await open({ allow: [] }).to(one)).toEqual({ kind: 'refused', detail: 'not-allowed' });
    const apple = { ...one, endpoint: 'https://web.push.apple.com/QABC' };
    const detail = 'apple-needs-subject';
    expect(await open({ subject: null }).to(apple)).toEqual({ kind: 'refused', detail });
  });

  test('to an address that is not ours, or no subscription', async () => {
    const { transport } = open();
    const detail = 'its subscription cannot be read';
    for (const address of ['of another key', 'sealed {']) {
      const method = { ...methodOf(await phone()), address };
      expect(await transport.send(page, method)).toEqual({ kind: 'refused', detail });
    }
  });

  test('to keys that are none', async () => {
    const one = await phone();
    const p256dh = Buffer.alloc(65, 4).toString('base64url');
    const method = methodOf({ ...one, keys: { ...one.keys, p256dh } });
    const detail = 'its keys cannot be used';
    expect(await open().transport.send(page, method)).toEqual({ kind: 'refused', detail });
    expect(service.fresh()).toHaveLength(0);
  });
});

test('no endpoint, key or token is in what comes out', async () => {
  const one = await phone();
  const { to, lines, alarms } = open();
  const said: unknown[] = [];
  const { pathname } = new URL(one.endpoint);
  const echo = (token = '') => `${one.endpoint} ${pathname} ${pathname.slice(6)} ${token}`;
  for (const status of [400, 401, 404, 413, 429, 500, 500, 500, 500, 500, 301]) {
    service.always('*', { status, body: echo(service.received.at(-1)?.token ?? '') });
    said.push(await to(one));
  }
  const all = JSON.stringify([said, lines, alarms]);
  expect(said).toHaveLength(11);
  const secrets = [pathname.slice(6), one.keys.p256dh, one.keys.auth, keys.privateKey, 'eyJ'];
  for (const secret of secrets) expect(all).not.toContain(secret);
});
