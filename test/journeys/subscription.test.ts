import { createECDH, createHash, ECDH, randomBytes } from 'node:crypto';
import type { Registered } from '@rung/protocol/device.ts';
import type { Subscription, SubscriptionState } from '@rung/protocol/push.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialects, freshPlace } from '../harness/dialects.ts';
import { freePort } from '../harness/free-port.ts';
import { testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';
import { startProcess, variablesOf } from '../harness/server-process.ts';

const second = 1000;
const minute = 60 * second;

/** What a browser of a push service says; `canary` stands in all of it that nobody may read. */
function subscribed(
  endpoint = `https://fcm.googleapis.com/fcm/send/canary-${randomBytes(8).toString('hex')}`,
): Subscription {
  const p256dh = createECDH('prime256v1').generateKeys('base64url', 'uncompressed');
  return { endpoint, keys: { p256dh, auth: randomBytes(16).toString('base64url') } };
}
const fingerprintOf = ({ endpoint }: Subscription) =>
  createHash('sha256').update(endpoint).digest('base64url');

const put = (device: Visitor, json: unknown) =>
  device('/api/subscription', { method: 'PUT', json });
const remove = (device: Visitor) => device('/api/subscription', { method: 'DELETE' });
const check = (device: Visitor, inMs: number) =>
  device('/api/subscription/check', { json: { inMs } });
const read = async (device: Visitor) =>
  (await (await device('/api/subscription')).json()) as SubscriptionState;
const told = async (answer: Response) => {
  const { kind, code } = (await answer.json()) as { kind: string; code?: string };
  return [answer.status, kind, code];
};

type Device = Registered & { readonly visit: Visitor };

describe.each(dialects)('where a device takes pages, on %s', (dialect) => {
  let house: TestHouse;
  let mara: Visitor;
  let otto: Visitor;
  const given: string[] = [];
  beforeAll(async () => {
    house = await testHouse(dialect);
    mara = await house.as('mara');
    otto = await house.as('otto');
  });
  afterAll(() => house.close());

  const deviceOf = async (person: Visitor): Promise<Device> => {
    const device = (await (await person('/api/devices', { json: {} })).json()) as Registered;
    const authorization = `Device ${device.device}.${device.secret}`;
    given.push(device.secret);
    return { ...device, visit: visitor(house.url, { authorization }) };
  };
  const subscribe = async (device: Device, subscription = subscribed()) => {
    given.push(subscription.endpoint, subscription.keys.p256dh, subscription.keys.auth);
    const answer = await put(device.visit, subscription);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    return subscription;
  };
  const rows = ({ person }: Device) =>
    house.parts.db.read
      .selectFrom('contact_method')
      .selectAll()
      .where('person', '=', person)
      .orderBy('id')
      .execute();
  const rowOf = async (device: Device) =>
    (await rows(device)).find((row) => row.id === device.device);
  const fresh = {
    isBroken: false,
    isSuspect: false,
    shownAt: null,
    latencyMs: null,
  };

  test('is not known before it says so; our key is', async () => {
    const { publicKey, kept } = await read((await deviceOf(mara)).visit);
    expect(kept).toBeNull();
    const bytes = Buffer.from(publicKey, 'base64url');
    expect([bytes.length, bytes[0]]).toEqual([65, 4]);
  });

  test('is kept sealed, and told back by its fingerprint only', async () => {
    const device = await deviceOf(mara);
    const subscription = await subscribe(device);
    const { kept } = await read(device.visit);
    expect(kept).toEqual({ fingerprint: fingerprintOf(subscription), ...fresh });
    const row = await rowOf(device);
    expect(row).toMatchObject({ person: 'mara', kind: 'push', broken_at: null });
    const { endpoint, keys } = subscription;
    for (const secret of [endpoint, keys.p256dh, keys.auth]) {
      expect(JSON.stringify(row)).not.toContain(secret);
    }
  });

  test('said again as it is, it is not written again; with a new endpoint or new keys it is', async () => {
    const device = await deviceOf(mara);
    const subscription = await subscribe(device);
    const row = await rowOf(device);
    await subscribe(device, { ...subscription });
    const { p256dh, auth } = subscription.keys;
    // As some browsers write it, and with what they say besides.
    const padded = { endpoint: subscription.endpoint, expirationTime: null };
    await put(device.visit, { ...padded, keys: { auth: `${auth}==`, p256dh: `${p256dh}=` } });
    expect(await rowOf(device)).toEqual(row);

    house.clock.forward(20 * second);
    const { keys } = subscribed();
    await subscribe(device, { ...subscription, keys });
    const anew = await rowOf(device);
    expect(anew?.address).not.toBe(row?.address);
    const moved = await subscribe(device);
    expect((await read(device.visit)).kept?.fingerprint).toBe(fingerprintOf(moved));
    expect((await rows(device)).filter(({ id }) => id === device.device)).toHaveLength(1);
  });

  test('a check is sent when it was asked for, to this device alone, and what it showed is told', async () => {
    const [device, other] = [await deviceOf(mara), await deviceOf(mara)];
    for (const one of [device, other]) await subscribe(one);
    // A new one is checked at once.
    await house.look();
    const sentTo = ({ device: id }: Device) =>
      house.sent.all.filter(({ method }) => method === id).map(({ says }) => says);
    expect([sentTo(device), sentTo(other)]).toEqual([['pager-works'], ['pager-works']]);

    expect((await check(device.visit, 2 * minute)).status).toBe(202);
    await house.forward(2 * minute - 1);
    expect(sentTo(device)).toHaveLength(1);
    await house.forward(1);
    expect([sentTo(device), sentTo(other)]).toEqual([
      ['pager-works', 'pager-works'],
      ['pager-works'],
    ]);
    const { kept } = await read(device.visit);
    expect(kept).toMatchObject({ ...fresh, shownAt: house.clock.now(), latencyMs: 0 });
  });

  test('a check is made at most every ten seconds; who is sooner is told when', async () => {
    const [device, other] = [await deviceOf(mara), await deviceOf(mara)];
    for (const one of [device, other]) await subscribe(one);
    expect((await check(device.visit, 0)).status).toBe(202);
    house.clock.forward(3 * second);
    const soon = await check(device.visit, 0);
    expect(soon.headers.get('retry-after')).toBe('7');
    expect(await told(soon)).toEqual([429, 'too-many', undefined]);
    expect((await check(other.visit, 0)).status).toBe(202);
    house.clock.forward(7 * second);
    expect((await check(device.visit, 0)).status).toBe(202);
    await house.look();
    const sent = house.sent.all.filter(({ method }) => method === device.device);
    expect(sent).toHaveLength(1);
  });

  test('pages go off and on again at once, and then every ten seconds; what changes nothing is free', async () => {
    const device = await deviceOf(mara);
    await subscribe(device);
    await remove(device.visit);
    const subscription = await subscribe(device);
    for (const _ of [1, 2, 3]) await subscribe(device, subscription);
    const soon = await put(device.visit, subscribed());
    expect(soon.headers.get('retry-after')).toBe('10');
    expect(await told(soon)).toEqual([429, 'too-many', undefined]);
    expect((await read(device.visit)).kept?.fingerprint).toBe(fingerprintOf(subscription));
    house.clock.forward(10 * second);
    await subscribe(device);
    expect((await put(device.visit, subscribed())).status).toBe(429);
  });

  test('a check needs pages switched on', async () => {
    const device = await deviceOf(mara);
    expect(await told(await check(device.visit, 0))).toEqual([409, 'conflict', undefined]);
    await subscribe(device);
    await remove(device.visit);
    expect((await check(device.visit, 0)).status).toBe(409);
  });

  test('that a push service gave up is said, and mended by saying it again', async () => {
    const device = await deviceOf(mara);
    const subscription = await subscribe(device);
    house.sent.answer(device.device, { kind: 'gone', detail: '410' });
    await house.look();
    expect((await read(device.visit)).kept).toMatchObject({ isBroken: true });
    expect((await check(device.visit, 0)).status).toBe(409);
    house.sent.answer(device.device, { kind: 'displayed' });
    await subscribe(device, subscription);
    expect((await read(device.visit)).kept).toMatchObject({ isBroken: false });
  });

  test('that was sealed with another secret counts as broken, and is mended by saying it again', async () => {
    const device = await deviceOf(mara);
    const subscription = await subscribe(device);
    const { db } = house.parts;
    const foreign = db.build.updateTable('contact_method').set({ address: 'a1.AAAA' });
    await db.writer.run(foreign.where('id', '=', device.device).compile());
    expect((await read(device.visit)).kept).toMatchObject({ isBroken: true });
    expect((await check(device.visit, 0)).status).toBe(409);
    await subscribe(device, subscription);
    expect((await read(device.visit)).kept).toMatchObject({ isBroken: false });
  });

  test('is taken back, once or twice', async () => {
    const device = await deviceOf(mara);
    await subscribe(device);
    for (const _ of [1, 2]) expect((await remove(device.visit)).status).toBe(204);
    expect((await read(device.visit)).kept).toBeNull();
  });

  test('is each device’s own: nobody sees, moves or removes that of another', async () => {
    const [hers, his] = [await deviceOf(mara), await deviceOf(otto)];
    const subscription = await subscribe(hers);
    expect((await read(his.visit)).kept).toBeNull();
    // Two who share a browser: one endpoint, two subscriptions.
    await subscribe(his, subscription);
    const fingerprint = fingerprintOf(subscription);
    for (const { visit } of [hers, his]) {
      expect((await read(visit)).kept).toEqual({ fingerprint, ...fresh });
    }
    await remove(his.visit);
    expect((await read(hers.visit)).kept).toEqual({ fingerprint, ...fresh });
  });

  test('a browser that registered anew takes its endpoint along', async () => {
    const [older, newer] = [await deviceOf(otto), await deviceOf(otto)];
    const subscription = await subscribe(older);
    await subscribe(newer, subscription);
    expect((await read(older.visit)).kept).toBeNull();
    expect((await read(newer.visit)).kept?.fingerprint).toBe(fingerprintOf(subscription));
  });

  test('needs no session; ends with the device', async () => {
    const browser = await house.as('mara');
    const device = await deviceOf(browser);
    await house.parts.auth.endSessions(['mara']);
    mara = await house.as('mara');
    expect((await browser('/api/tickets')).status).toBe(401);
    const subscription = await subscribe(device);

    await mara(`/api/devices/${device.device}`, { method: 'DELETE' });
    const doors = [
      device.visit('/api/subscription'),
      put(device.visit, subscription),
      remove(device.visit),
      check(device.visit, 0),
      device.visit('/api/receipts', { json: { receipts: [] } }),
    ];
    for (const answer of await Promise.all(doors)) {
      expect(await told(answer)).toEqual([403, 'revoked', undefined]);
    }
    expect(await rowOf(device)).toMatchObject({ broken_at: null });
    const before = house.sent.all.length;
    await house.forward(8 * 24 * 60 * minute);
    const later = house.sent.all.slice(before).map(({ method }) => method);
    expect(later).not.toContain(device.device);
  });

  test.each([
    ['http', 'http://fcm.googleapis.com/fcm/send/x', 'not-https'],
    ['no address', 'fcm.googleapis.com', 'not-https'],
    ['another scheme', 'file:///etc/passwd', 'not-https'],
    ['another port', 'https://fcm.googleapis.com:8443/fcm/send/x', 'not-allowed'],
    ['user info', 'https://me@fcm.googleapis.com/fcm/send/x', 'not-allowed'],
    ['a host that looks like user info', 'https://fcm.googleapis.com@evil.example/', 'not-allowed'],
    ['an address', 'https://142.250.1.95/fcm/send/x', 'not-allowed'],
    ['an address of IPv6', 'https://[2001:db8::1]/fcm/send/x', 'not-allowed'],
    ['a number for an address', 'https://2130706433/', 'not-allowed'],
    ['an unknown host', 'https://evil.example/fcm.googleapis.com', 'not-allowed'],
    ['a host that ends alike', 'https://evilfcm.googleapis.com/x', 'not-allowed'],
    ['a host that begins alike', 'https://fcm.googleapis.com.evil.example/x', 'not-allowed'],
    ['this machine', 'https://localhost/x', 'not-allowed'],
    ['a private address', 'https://10.0.0.1/x', 'not-allowed'],
    ['the cloud’s metadata', 'https://169.254.169.254/latest', 'not-allowed'],
    ['Apple, to whom we are nobody', 'https://web.push.apple.com/x', 'apple-needs-subject'],
  ])('an endpoint with %s is refused', async (_, endpoint, code) => {
    const device = await deviceOf(mara);
    const answer = await put(device.visit, subscribed(endpoint));
    const text = await answer.clone().text();
    expect(await told(answer)).toEqual([422, 'refused', code]);
    expect(text).not.toContain(endpoint);
    expect((await read(device.visit)).kept).toBeNull();
  });

  test.each([
    ['is not on the curve', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)])],
    [
      'is in another form',
      ECDH.convertKey(subscribed().keys.p256dh, 'prime256v1', 'base64url', undefined, 'hybrid'),
    ],
    ['is nothing but zeros', Buffer.alloc(65)],
  ])('a key that %s is refused', async (_, point) => {
    const device = await deviceOf(mara);
    const { endpoint, keys } = subscribed();
    const json = {
      endpoint,
      keys: { ...keys, p256dh: Buffer.from(point as Buffer).toString('base64url') },
    };
    expect(await told(await put(device.visit, json))).toEqual([422, 'refused', 'not-a-point']);
  });

  test('what is not of the right kind is named, and not repeated', async () => {
    const { visit } = await deviceOf(mara);
    const { endpoint, keys } = subscribed();
    const wrong = [
      [{ endpoint, keys: { ...keys, p256dh: 'canary' } }, 400, 'keys.p256dh'],
      [{ endpoint, keys: { ...keys, auth: `${keys.auth}AA` } }, 400, 'keys.auth'],
      [{ endpoint: `${endpoint}${'x'.repeat(1024)}`, keys }, 400, 'endpoint'],
      [{ endpoint }, 400, 'keys'],
      [{ endpoint: `${endpoint}${'x'.repeat(70_000)}`, keys }, 413, undefined],
    ] as const;
    for (const [json, status, field] of wrong) {
      const answer = await put(visit, json);
      const text = await answer.text();
      expect([answer.status, (JSON.parse(text) as { field?: string }).field]).toEqual([
        status,
        field,
      ]);
      expect(text).not.toContain('canary');
    }
    for (const json of [{}, { inMs: -1 }, { inMs: 11 * minute }, { inMs: 0, to: 'otto' }]) {
      expect((await visit('/api/subscription/check', { json })).status).toBe(400);
    }
  });

  test('receipts of what nobody knows, and of what is another’s, are answered alike and change nothing', async () => {
    const [hers, his] = [await deviceOf(mara), await deviceOf(otto)];
    house.sent.answer(hers.device, { kind: 'accepted' });
    await subscribe(hers);
    await house.look();
    const sent = house.sent.all.findLast(({ method }) => method === hers.device);
    const give = async ({ visit }: Device, notification: string) => {
      const receipts = [{ notification, kind: 'displayed' }];
      const answer = await visit('/api/receipts', { json: { receipts } });
      return [answer.status, await answer.text()];
    };
    const id = sent?.id ?? '';
    let commits = 0;
    house.parts.writer.onCommit(() => void (commits += 1));
    expect(await give(his, id)).toEqual([204, '']);
    expect(await give(hers, 'nothing/1')).toEqual([204, '']);
    expect(commits).toBe(0);
    expect((await read(hers.visit)).kept).toMatchObject({ shownAt: null });
    house.clock.forward(1500);
    for (const _ of ['first', 'again']) expect(await give(hers, id)).toEqual([204, '']);
    // What is known already nobody writes again.
    expect(commits).toBe(1);
    const shown = { shownAt: house.clock.now(), latencyMs: 1500 };
    expect((await read(hers.visit)).kept).toMatchObject(shown);
  });

  test('receipts are few, and say nothing else', async () => {
    const { visit } = await deviceOf(mara);
    const receipt = { notification: 'x/1', kind: 'displayed' };
    const status = async (receipts: unknown) =>
      (await visit('/api/receipts', { json: { receipts } })).status;
    expect(await status(Array(50).fill(receipt))).toBe(204);
    expect(await status(Array(51).fill(receipt))).toBe(400);
    expect(await status([])).toBe(400);
    expect(await status([{ ...receipt, person: 'otto' }])).toBe(400);
    expect(await status([{ ...receipt, kind: 'seen' }])).toBe(400);
    expect(await status([{ ...receipt, notification: "x'; --" }])).toBe(400);
  });

  test('the log says nothing of endpoints, keys and secrets', () => {
    const log = house.logged.join('\n');
    expect(given.length).toBeGreaterThan(50);
    expect(given.filter((one) => log.includes(one))).toEqual([]);
    expect(log).not.toContain('canary');
  });
});

describe.each(dialects)('the key for push services on %s', (dialect) => {
  const keyOf = async (house: TestHouse) => {
    const device = (await (
      await (
        await house.as('mara')
      )('/api/devices', { json: {} })
    ).json()) as Registered;
    const authorization = `Device ${device.device}.${device.secret}`;
    return (await read(visitor(house.url, { authorization }))).publicKey;
  };

  test('outlives a restart; without its secret there is no start, and nothing is lost', async () => {
    const place = await freshPlace(dialect);
    try {
      const first = await testHouse(dialect, { place });
      const key = await keyOf(first);
      await first.close();
      const secret = 'another one, as long as the first was';
      await expect(testHouse(dialect, { place, isEmpty: true, secret })).rejects.toThrow(
        /RUNG_SECRET .* give the old one back/,
      );
      const again = await testHouse(dialect, { place, isEmpty: true });
      expect(await keyOf(again)).toBe(key);
      expect(again.logged.join('\n')).not.toContain(key);
      await again.close();
    } finally {
      await place.remove();
    }
  });

  if (dialect === 'postgres') {
    test('is the same in two processes that start at once', async () => {
      const place = await freshPlace(dialect);
      const houses = await Promise.all(
        [false, true].map((isEmpty) => testHouse(dialect, { place, isEmpty })),
      );
      const keys = [];
      for (const house of houses) keys.push(await keyOf(house));
      expect(keys[0]).toBe(keys[1]);
      for (const house of houses) await house.close();
      await place.remove();
    });
  }
});

describe('the program', () => {
  test('says at the start that Apple devices get no pages, unless PUSH_SUBJECT says whom to write to', async () => {
    const place = await freshPlace('sqlite');
    const warning = /^Apple devices cannot get pages: set PUSH_SUBJECT/;
    const start = async (more: Record<string, string>) => {
      const server = startProcess({ ...variablesOf(place, await freePort()), ...more });
      await server.logged(/Set it up: /);
      await server.stop();
      return server.lines.some(({ msg }) => warning.test(msg));
    };
    expect(await start({})).toBe(true);
    expect(await start({ PUSH_SUBJECT: 'mailto:ops@example.org' })).toBe(false);
    await place.remove();
  });

  test('with another secret than the database’s ends with a sentence that says what to do', async () => {
    const place = await freshPlace('sqlite');
    const variables = variablesOf(place, await freePort());
    const first = startProcess(variables);
    await first.logged(/^Rung is serving$/);
    await first.stop();
    const RUNG_SECRET = 'not the one that stands in the folder';
    const { code, said } = await startProcess({ ...variables, RUNG_SECRET }).ended;
    expect(code).toBe(1);
    expect(said).toMatch(/^Rung cannot start:\n {2}- RUNG_SECRET is not the one/m);
    expect(said).not.toContain(RUNG_SECRET);
    await place.remove();
  });
});
