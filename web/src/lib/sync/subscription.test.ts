import { createHash } from 'node:crypto';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import { changePager, newPager, readPager, type Pager } from '../local/pager.ts';
import {
  askForCheck,
  endOwnDevice,
  endSubscription,
  keepSubscribed,
  subscriptionState,
  type Subscribing,
} from './subscription.ts';
import { problem } from './test-server.ts';

const theKey = Buffer.alloc(65, 4).toString('base64url');
const fingerprint = (endpoint: string) => createHash('sha256').update(endpoint).digest('base64url');

let engine = { indexedDB: new IDBFactory(), IDBKeyRange };
let pager: Pager = { ...newPager, device: 'd1', secret: 's1', person: 'mara' };
let asked: { method: string; path: string; body: unknown; as: string | null }[] = [];
let instead: (() => Response | Promise<Response>) | null = null;
let server = { publicKey: theKey, kept: null as object | null };

const world = {
  async fetch(path: string, { method, body, headers }: RequestInit): Promise<Response> {
    const as = new Headers(headers).get('Authorization');
    const said: unknown = body === undefined ? undefined : JSON.parse(String(body));
    asked.push({ method: method ?? '', path, body: said, as });
    if (instead !== null) return instead();
    if (method === 'GET') return Response.json(server);
    return new Response(null, { status: path.endsWith('check') ? 202 : 204 });
  },
};

function browser(made: { endpoint: string; key: string } | null = null) {
  let count = 0;
  let mine = made && subscribed(made.endpoint, made.key);
  function subscribed(endpoint: string, key: string) {
    return {
      endpoint,
      options: { applicationServerKey: new Uint8Array(Buffer.from(key, 'base64url')).buffer },
      toJSON: () => ({ endpoint, keys: { p256dh: 'p', auth: 'a' } }),
      async unsubscribe() {
        mine = null;
        return true;
      },
    };
  }
  const manager: Subscribing = {
    getSubscription: async () => mine,
    async subscribe({ applicationServerKey }) {
      const key = Buffer.from(applicationServerKey as Uint8Array).toString('base64url');
      return (mine = subscribed(`https://push.example/new-${++count}`, key));
    },
  };
  return { manager, permission: 'granted' as NotificationPermission, now: () => mine };
}

const kept = (endpoint: string, more: object = {}) => ({
  fingerprint: fingerprint(endpoint),
  isBroken: false,
  isSuspect: false,
  shownAt: null,
  latencyMs: null,
  ...more,
});
const puts = () => asked.flatMap(({ method, body }) => (method === 'PUT' ? [body] : []));
const now = async () => {
  const read = await readPager('mara', engine);
  return read.kind === 'open' ? read.pager : null;
};

beforeEach(async () => {
  engine = { indexedDB: new IDBFactory(), IDBKeyRange };
  pager = { ...newPager, device: 'd1', secret: 's1', person: 'mara' };
  asked = [];
  instead = null;
  server = { publicKey: theKey, kept: null };
  await changePager('mara', () => pager, engine);
});

describe('a device that takes pages', () => {
  test('begins by its person’s wish only, and remembers it', async () => {
    const off = browser({ endpoint: 'https://push.example/of-otto', key: theKey });
    expect(await keepSubscribed(pager, off, world, false, engine)).toEqual({ kind: 'off' });
    expect(puts()).toEqual([]);
    expect(await keepSubscribed(pager, browser(), world, true, engine)).toEqual({ kind: 'kept' });
    expect(puts()).toMatchObject([{ endpoint: 'https://push.example/new-1', keys: { auth: 'a' } }]);
    expect(asked.every(({ as }) => as === 'Device d1.s1')).toBe(true);
    expect(await now()).toMatchObject({ isOn: true });
  });

  test('says nothing where both know the same', async () => {
    const endpoint = 'https://push.example/old';
    server = { ...server, kept: kept(endpoint) };
    const mine = browser({ endpoint, key: theKey });
    expect(await keepSubscribed(pager, mine, world, false, engine)).toEqual({ kind: 'kept' });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
    expect(mine.now()?.endpoint).toBe(endpoint);
  });

  test.each([
    ['the browser lost it', null, kept('https://push.example/old'), false],
    ['a new device id has none', null, null, true],
    ['the server has other keys', { key: Buffer.alloc(65, 5).toString('base64url') }, 'own', false],
    ['the push service knows it no more', {}, 'broken', false],
  ] as const)('subscribes anew, unasked, when %s', async (_, made, knows, isOn) => {
    const endpoint = 'https://push.example/old';
    const own = knows === 'own' ? kept(endpoint) : kept(endpoint, { isBroken: true });
    server = { ...server, kept: typeof knows === 'string' ? own : knows };
    await changePager('mara', () => ({ ...pager, isOn }), engine);
    const mine = browser(made && { endpoint, key: theKey, ...made });
    const answer = await keepSubscribed({ ...pager, isOn }, mine, world, false, engine);
    expect(answer).toEqual({ kind: 'kept' });
    expect(puts()).toMatchObject([{ endpoint: 'https://push.example/new-1' }]);
    expect(mine.now()?.endpoint).toBe('https://push.example/new-1');
  });

  test('tells of one that another person of this browser made, instead of making a third', async () => {
    server = { ...server, kept: kept('https://push.example/older', { isBroken: true }) };
    const mine = browser({ endpoint: 'https://push.example/of-otto', key: theKey });
    await keepSubscribed(pager, mine, world, false, engine);
    expect(puts()).toMatchObject([{ endpoint: 'https://push.example/of-otto' }]);
  });

  test('is told what is in the way', async () => {
    const keep = (push = browser()) => keepSubscribed(pager, push, world, true, engine);
    expect(await keep({ ...browser(), permission: 'denied' })).toEqual({ kind: 'denied' });
    expect(await keep({ ...browser(), permission: 'default' })).toEqual({ kind: 'off' });
    expect(asked).toEqual([]);
    const fails = (name: string) => ({
      ...browser(),
      manager: {
        getSubscription: async () => null,
        subscribe: () => Promise.reject(new DOMException('no', name)),
      },
    });
    expect(await keep(fails('NotAllowedError'))).toEqual({ kind: 'denied' });
    expect(await keep(fails('AbortError'))).toEqual({ kind: 'refused', code: 'no-push-service' });
    const putSays = (answer: () => Response) =>
      keepSubscribed(
        pager,
        browser(),
        {
          fetch: async (path, init) => (init.method === 'PUT' ? answer() : world.fetch(path, init)),
        },
        true,
        engine,
      );
    const apple = () => problem('refused', 422, { code: 'apple-needs-subject' });
    expect(await putSays(apple)).toEqual({ kind: 'refused', code: 'apple-needs-subject' });
    expect(await putSays(() => problem('busy', 503))).toEqual({ kind: 'later' });
    instead = () => Promise.reject(new TypeError('offline'));
    expect(await keep()).toEqual({ kind: 'later' });
    instead = () => new Response('<h1>Welcome to our hotel</h1>');
    expect(await keep()).toEqual({ kind: 'later' });
    instead = () => problem('revoked', 403);
    expect(await keep()).toEqual({ kind: 'refused', code: 'revoked' });
    expect(await now()).toMatchObject({ isOn: false });
  });
});

describe('several at once', () => {
  test('repair it one after the other, and make one subscription', async () => {
    await changePager('mara', () => ({ ...pager, isOn: true }), engine);
    const mine = browser();
    let made = 0;
    const push = { ...mine, made: () => made++ };
    const repairing = () => keepSubscribed({ ...pager, isOn: true }, push, world, false, engine);
    expect(await Promise.all([repairing(), repairing()])).toEqual([
      { kind: 'kept' },
      { kind: 'kept' },
    ]);
    expect([mine.now()?.endpoint, made]).toEqual(['https://push.example/new-1', 1]);
    // The second asked the server only when the first was done.
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET', 'PUT']);
  });

  test('never tell the server of what its person turned off meanwhile', async () => {
    await changePager('mara', () => ({ ...pager, isOn: true }), engine);
    const mine = browser();
    const { subscribe } = mine.manager;
    const meanwhile = Object.assign(mine.manager, {
      async subscribe(options: PushSubscriptionOptionsInit) {
        await changePager('mara', (one) => one && { ...one, isOn: false }, engine);
        return subscribe(options);
      },
    });
    const push = { ...mine, manager: meanwhile };
    const done = await keepSubscribed({ ...pager, isOn: true }, push, world, false, engine);
    expect([done, puts()]).toEqual([{ kind: 'off' }, []]);
  });
});

test('a device that leaves takes itself its rights by its own secret', async () => {
  await endOwnDevice(pager, world);
  const own = { method: 'DELETE', path: '/api/devices/d1', as: 'Device d1.s1' };
  expect(asked).toMatchObject([own]);
});

describe('a device that takes no more pages', () => {
  const endpoint = 'https://push.example/old';

  test('tells the server before the browser', async () => {
    await changePager('mara', () => ({ ...pager, isOn: true }), engine);
    const mine = browser({ endpoint, key: theKey });
    instead = () => Promise.reject(new TypeError('offline'));
    expect(await endSubscription(pager, mine, world, engine)).toEqual({ kind: 'later' });
    expect([mine.now()?.endpoint, (await now())?.isOn]).toEqual([endpoint, true]);
    instead = null;
    expect(await endSubscription(pager, mine, world, engine)).toEqual({ kind: 'ended' });
    expect([mine.now(), (await now())?.isOn]).toEqual([null, false]);
  });

  test('leaves the browser’s to the others', async () => {
    await changePager('otto', () => ({ ...pager, person: 'otto' }), engine);
    const mine = browser({ endpoint, key: theKey });
    expect(await endSubscription(pager, mine, world, engine)).toEqual({ kind: 'ended' });
    expect(mine.now()?.endpoint).toBe(endpoint);
  });
});

test('what the server knows, and a check', async () => {
  server = { ...server, kept: kept('https://push.example/old', { isSuspect: true }) };
  expect(await subscriptionState(pager, world)).toEqual({ kind: 'known', state: server });
  expect(await askForCheck(pager, world, 120_000)).toEqual({ kind: 'asked' });
  expect(asked.at(-1)).toMatchObject({ path: '/api/subscription/check', body: { inMs: 120_000 } });
  instead = () => problem('conflict', 409);
  expect(await askForCheck(pager, world, 0)).toEqual({ kind: 'refused', code: 'conflict' });
});
