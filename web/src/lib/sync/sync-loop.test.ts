import { newDraft, write } from '@rung/sync/draft.ts';
import { blankForm } from '@rung/sync/form.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { changePager, readPager, type KeptAnswer } from '../local/pager.ts';
import { Store } from '../local/store.ts';
import { overtakenMs, pollMs, SyncLoop, type Around, type Talking } from './sync-loop.ts';
import { acknowledge, close, idOf, report, resolve, testDevice } from './test-device.ts';
import { problem, stream, testServer } from './test-server.ts';

let server = testServer();
let device = testDevice(server);
let told: Talking[] = [];
let loop: SyncLoop;
let thrown: unknown[] = [];
let around: Around;

beforeEach(() => {
  server = testServer();
  device = testDevice(server);
  [told, thrown] = [[], []];
  around = {
    ...device.world,
    language: () => 'de',
    lot: () => 0,
    alone: (run) => run(),
    defect: (cause) => thrown.push(cause),
  };
  loop = new SyncLoop(device.local, around, (talking) => told.push(talking));
});

/** Words that are no command yet. */
const type = async (n: number, title: string) => {
  const store = new Store('mara', device.engine);
  const form = { ...blankForm, what: title };
  await store.change(idOf(n), () => write(newDraft(idOf(n), `draft-${n}`, 1), form, '', 2));
  store.close();
};

const paths = () => device.asked.map(({ path }) => path);
const heldNow = () => told.at(-1);

describe('the loop', () => {
  test('registers once, keeps the secret, and is idle when both are together', async () => {
    await device.do(report(1));
    await loop.kick();
    await loop.kick();
    expect(paths()).toEqual(['/api/devices', '/api/sync', '/api/sync']);
    expect(heldNow()).toEqual({ kind: 'idle', lastAt: device.world.now() });
    expect(await readPager('mara', device.engine)).toMatchObject({
      kind: 'open',
      pager: { device: 'device-1', secret: 'secret of device-1', language: 'de' },
    });
    expect(device.asked.every(({ headers }) => headers.get('Rung-Person') === 'mara')).toBe(true);
  });

  test('talks again by itself once a minute, and no oftener', async () => {
    await loop.kick();
    expect(device.alarmsIn()).toEqual([pollMs]);
    device.ring(pollMs);
    await loop.kick();
    expect(device.alarmsIn()).toEqual([pollMs]);
    expect(paths().filter((path) => path === '/api/sync').length).toBeGreaterThan(1);
  });

  test('sends a long outbox in several exchanges without waiting', async () => {
    for (let n = 1; n <= 99; n++) await device.do(report(n));
    await device.do(acknowledge(1));
    await device.do(resolve(1));
    await loop.kick();
    expect(device.sent().map((ids) => ids.length)).toEqual([100, 1]);
    expect(await device.outbox()).toEqual([]);
  }, 30_000);

  test('waits longer each time nobody answers, and tries at once when kicked', async () => {
    await loop.kick();
    device.offline();
    for (const ms of [1000, 2000, 4000]) {
      await loop.kick();
      expect(heldNow()).toMatchObject({ kind: 'held', why: 'unreachable' });
      expect(device.alarmsIn()).toEqual([ms]);
    }
    device.offline(false);
    await loop.kick();
    expect(heldNow()?.kind).toBe('idle');
  });

  test('waits as long as the server asks', async () => {
    await loop.kick();
    device.answers(() =>
      Response.json({ kind: 'busy' }, { status: 503, headers: { 'Retry-After': '90' } }),
    );
    await loop.kick();
    expect(heldNow()).toMatchObject({
      kind: 'held',
      why: 'busy',
      nextAt: device.world.now() + 90_000,
    });
  });

  test.each([
    ['sign-in', () => problem('not-signed-in', 401)],
    ['upgrade', () => problem('upgrade', 426)],
  ] as const)('keeps everything and sets no alarm for %s', async (why, answer) => {
    await loop.kick();
    await device.do(report(1));
    device.answers(answer);
    await loop.kick();
    expect(heldNow()).toMatchObject({ kind: 'held', why, nextAt: null });
    expect(device.alarmsIn()).toEqual([]);
    expect(await device.outbox()).toHaveLength(1);
    await loop.kick();
    expect(heldNow()?.kind).toBe('idle');
  });

  test('what the server stumbles over is sent once more at once, then with a wait', async () => {
    await loop.kick();
    await device.do(report(1));
    const stumbles = () =>
      stream([
        {
          t: 'head',
          mode: 'delta',
          isResumed: false,
          scopes: { add: [], del: [] },
          epoch: 'epoch-1',
          time: 1,
        },
        { t: 'end', cookie: '{"epoch":"epoch-1","ver":0,"after":null}', last: 0 },
      ]);
    device.answers(stumbles, stumbles, stumbles, stumbles);
    await loop.kick();
    expect(heldNow()).toMatchObject({ kind: 'held', why: 'busy' });
    expect(device.sent()).toEqual([[], [1], [1]]);
    expect(device.alarmsIn()).toEqual([1000]);
    await loop.kick();
    expect(device.alarmsIn()).toEqual([2000]);
  });

  test('begins anew where the server does not know the device, and loses nothing', async () => {
    await device.do(report(1));
    await loop.kick();
    server.forgetDevices();
    await device.do(resolve(1));
    await loop.kick();
    expect(heldNow()?.kind).toBe('idle');
    expect(await device.outbox()).toEqual([]);
    expect(server.tickets().get(idOf(1))?.state.phase).toBe('resolved');
  });

  test('fills a gap, and goes on', async () => {
    const empty = server.backup();
    await loop.kick();
    const registered = server.backup();
    expect(empty.devices.size).toBe(0);
    await device.do(report(1));
    await loop.kick();
    server.restore(registered);
    await device.do(resolve(1));
    await device.do(close(1));
    await loop.kick();
    expect(heldNow()?.kind).toBe('idle');
    expect(server.tickets().get(idOf(1))?.state.phase).toBe('closed');
    expect(device.sent().at(-1)).toEqual([1, 2, 3]);
  });

  test('begins anew where a gap is none, or stays', async () => {
    await loop.kick();
    await device.do(report(1));
    const gap = () => problem('gap', 409, { last: 0 });
    device.answers(gap, gap);
    await loop.kick();
    expect(heldNow()?.kind).toBe('idle');
    expect(paths().filter((path) => path === '/api/devices')).toHaveLength(2);
    expect(await device.outbox()).toEqual([]);
  });

  test('of a server that knows no device at all does not register for ever', async () => {
    device.answers(
      () => server.answer('/api/devices', '{}'),
      () => problem('forked', 409),
    );
    await loop.kick();
    expect(heldNow()).toMatchObject({ kind: 'held', why: 'broken' });
    expect(paths()).toHaveLength(2);
  });

  test('a kick during an exchange makes one more', async () => {
    await loop.kick();
    await Promise.all([loop.kick(), loop.kick(), loop.kick()]);
    expect(paths().filter((path) => path === '/api/sync')).toHaveLength(3);
  });

  test('says so when this device keeps nothing', async () => {
    device.local.close();
    device.local.apply = () => Promise.reject(new Error('no storage'));
    await loop.kick();
    expect(heldNow()).toMatchObject({ kind: 'held', why: 'storage' });
    expect(thrown).toHaveLength(1);
  });

  test('stopped, it begins nothing any more', async () => {
    await loop.kick();
    await loop.stop();
    await loop.kick();
    expect(device.alarmsIn()).toEqual([]);
    expect(paths()).toHaveLength(2);
  });
});

test('an exchange that another one overtook is looked after soon: the other may have given up', async () => {
  await loop.kick();
  await device.do(report(1));
  const fetch = device.world.fetch.bind(device.world);
  around.fetch = async (path, init) => {
    const answer = await fetch(path, init);
    around.fetch = fetch;
    await device.local.apply(async (writing) => {
      const meta = await writing.meta();
      await writing.setMeta({ ...meta, turn: meta.turn + 1 });
    });
    return answer;
  };
  await loop.kick();
  expect([(await device.outbox()).length, device.alarmsIn()]).toEqual([1, [overtakenMs]]);
  device.ring(overtakenMs);
  await loop.kick();
  expect(await device.outbox()).toEqual([]);
});

describe('a device that was removed', () => {
  const revoked = () => problem('revoked', 403);

  test('leaves an answer that nothing else kept in the dropbox, too', async () => {
    await loop.kick();
    const answer: KeptAnswer = {
      ...{ uid: 'uid-1', ticket: idOf(1), page: `${idOf(1)}.2.1`, answer: 'acknowledge', at: 4 },
      seen: { generation: 1, severity: 'S1' },
    };
    await changePager('mara', (pager) => pager && { ...pager, answers: [answer] }, device.engine);
    device.answers(revoked);
    await loop.kick();
    const box = device.asked.at(-1);
    expect([box?.path, JSON.parse(box?.body ?? '')]).toEqual(['/api/sync/dropbox', [{ answer }]]);
    expect(await readPager('mara', device.engine)).toEqual({ kind: 'open', pager: null });
  });

  test('leaves what was typed in the dropbox and nothing here', async () => {
    await loop.kick();
    await device.do(report(1));
    await type(9, 'Half a word');
    device.answers(revoked);
    await loop.kick();
    const box = device.asked.at(-1);
    expect(box?.path).toBe('/api/sync/dropbox');
    expect(box?.headers.get('Authorization')).toBe('Device device-1.secret of device-1');
    expect(JSON.parse(box?.body ?? '')).toMatchObject([
      { pending: { command: report(1) } },
      { draft: { ticket: idOf(9), form: { what: 'Half a word' } } },
    ]);
    expect(heldNow()).toMatchObject({ kind: 'held', why: 'revoked', nextAt: null });
    device.reopen();
    expect([await device.tickets(), await device.outbox()]).toEqual([[], []]);
    expect(await readPager('mara', device.engine)).toEqual({ kind: 'open', pager: null });
  });

  test('sends what is typed while it fills the dropbox too, and keeps what is typed after', async () => {
    await loop.kick();
    await device.do(report(1));
    await type(8, 'Half');
    const fetch = device.world.fetch.bind(device.world);
    const meanwhile = [() => device.do(report(2)), () => type(8, 'Half a word')];
    around.fetch = async (path, init) => {
      if (path === '/api/sync/dropbox') await meanwhile.shift()?.();
      return fetch(path, init);
    };
    device.answers(revoked);
    await loop.kick();
    await device.do(report(3));
    const boxes = device.asked.filter(({ path }) => path === '/api/sync/dropbox');
    expect(boxes.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      [{ pending: { command: report(1) } }, { draft: { form: { what: 'Half' } } }],
      [{ pending: { command: report(2) } }],
      [{ draft: { form: { what: 'Half a word' } } }],
    ]);
    expect(heldNow()).toMatchObject({ why: 'revoked' });
    device.reopen();
    expect(await device.outbox()).toMatchObject([{ command: report(3) }]);
  });

  test('keeps all of it while the dropbox cannot be reached', async () => {
    await loop.kick();
    await device.do(report(1));
    device.answers(revoked, () => problem('busy', 503));
    await loop.kick();
    expect(heldNow()).toMatchObject({ kind: 'held', why: 'unreachable' });
    expect(await device.outbox()).toHaveLength(1);
  });

  test('keeps the words alone where the dropbox will not have them', async () => {
    await device.do(report(1));
    await loop.kick();
    await device.do(resolve(1));
    device.answers(revoked, () => problem('not-signed-in', 401));
    await loop.kick();
    const { tickets, events, bases } = await device.disk();
    expect([tickets, events, bases]).toEqual([[], [], []]);
    expect(await device.outbox()).toMatchObject([{ command: { name: 'resolve' } }]);
  });
});
