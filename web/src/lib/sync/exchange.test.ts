import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { exchange, type World } from './exchange.ts';
import { register } from './register.ts';
import { endDevice } from './revoked.ts';
import { takeGap } from './renew.ts';
import { settledMs } from './settle.ts';
import { acknowledge, close, idOf, report, resolve, testDevice } from './test-device.ts';
import { problem, testServer } from './test-server.ts';

let server = testServer();
let device = testDevice(server);
const talk = () => exchange(device.local, device.world);
const again = async () => {
  let answer = await talk();
  while (answer.kind === 'more') answer = await talk();
  return answer;
};
/** As `server.shows`. */
const shown = async () =>
  (await device.tickets()).map(({ id, v, number, state }) => ({ id, v, number, state }));

beforeEach(async () => {
  server = testServer();
  device = testDevice(server);
  await register(device.local, device.world, 'en');
});

describe('what a person did here', () => {
  test('is shown at once, waits, and is confirmed by the exchange', async () => {
    await device.do(report(1));
    await device.do(acknowledge(1));
    expect(await device.ticket(idOf(1))).toMatchObject({
      number: null,
      state: { phase: 'acknowledged', owner: 'mara' },
      waiting: [{ uid: 'mara-1' }, { uid: 'mara-2' }],
    });
    expect((await device.timeline(idOf(1))).map(({ isWaiting }) => isWaiting)).toEqual([
      true,
      true,
    ]);
    expect(await talk()).toEqual({ kind: 'done' });
    expect(await device.outbox()).toEqual([]);
    expect(await device.ticket(idOf(1))).toMatchObject({ number: 1, waiting: [] });
    expect((await device.timeline(idOf(1))).map(({ event }) => event.name)).toEqual([
      'reported',
      'acknowledged',
    ]);
    expect(await shown()).toEqual(server.shows());
    expect((await device.disk()).bases).toEqual([]);
  });

  test('goes under what others did meanwhile, by the server’s rules', async () => {
    await device.do(report(1));
    await talk();
    await device.do(acknowledge(1));
    server.does('otto', 'otto-1', acknowledge(1));
    await talk();
    expect((await device.ticket(idOf(1)))?.state).toMatchObject({
      owner: 'otto',
      coResponders: ['mara'],
    });
    expect(await shown()).toEqual(server.shows());
  });

  test('is offered over what came, and marked where it may be refused', async () => {
    await device.do(report(1));
    await talk();
    await device.do(resolve(1));
    server.does('otto', 'otto-1', resolve(1));
    server.does('otto', 'otto-2', close(1));
    await device.do(close(1));
    device.answers(() => {
      const { cookie, ...request } = JSON.parse(device.asked.at(-1)?.body ?? '');
      // It sends rows, and has not looked at the commands yet.
      return server.answer('/api/sync', JSON.stringify({ ...request, cookie, commands: [] }));
    });
    await talk();
    expect(await device.outbox()).toHaveLength(2);
    expect((await device.ticket(idOf(1)))?.state.phase).toBe('closed');
    expect(await again()).toEqual({ kind: 'done' });
    expect(await shown()).toEqual(server.shows());
  });

  test('that is refused becomes a problem with everything typed, dependants in it', async () => {
    server.does('otto', 'otto-1', report(1, 'Theirs'));
    // A report of the same id is the only one that this server refuses.
    await device.do(report(1, 'Mine'));
    await device.do(close(2)).then(({ ok }) => expect(ok).toBe(false));
    await device.do(resolve(1));
    await device.do(close(1));
    await talk();
    expect(await device.problems()).toMatchObject([
      { outcome: 'rejected', code: 'already-reported', command: report(1, 'Mine') },
    ]);
    expect(await device.outbox()).toEqual([]);
    expect(await shown()).toEqual(server.shows());
  });

  test('never vanishes and never counts twice, wherever the answer is cut', async () => {
    for (let cut = 0; ; cut += 61) {
      const itsServer = testServer();
      const own = testDevice(itsServer);
      await register(own.local, own.world, 'en');
      itsServer.does('otto', 'otto-1', report(3));
      itsServer.does('otto', 'otto-2', report(4));
      await own.do(report(1));
      await own.do(acknowledge(1));
      own.cutAfter(cut);
      const first = await exchange(own.local, own.world);
      own.reopen();
      const mine = await own.ticket(idOf(1));
      expect(mine?.state).toMatchObject({ phase: 'acknowledged', owner: 'mara' });
      expect(mine?.state.coResponders).toEqual([]);
      expect((await own.timeline(idOf(1))).map(({ event }) => event.name)).toEqual([
        'reported',
        'acknowledged',
      ]);
      if (first.kind === 'done') return;
      let next = await exchange(own.local, own.world);
      while (next.kind === 'more') next = await exchange(own.local, own.world);
      expect(next.kind).toBe('done');
      const rows = (await own.tickets()).map(({ id, v, number, state }) => ({
        id,
        v,
        number,
        state,
      }));
      expect(rows).toEqual(itsServer.shows());
      expect(itsServer.tickets().get(idOf(1))?.seq).toBe(2);
    }
  }, 30_000);
});

describe('rows', () => {
  test('of a cut answer stay up to the mark, and the next one goes on from there', async () => {
    for (const n of [1, 2, 3, 4, 5]) server.does('otto', `otto-${n}`, report(n));
    const whole = await server.answer('/api/sync', firstRequest).text();
    const mark = whole.indexOf('"mark"');
    device.cutAfter(whole.indexOf('\n', mark) + 10);
    expect(await talk()).toEqual({ kind: 'more', isMoving: true });
    expect((await device.tickets()).map(({ id }) => id)).toEqual([idOf(2), idOf(1)]);
    expect((await device.disk()).meta.isComplete).toBe(false);
    expect(await again()).toEqual({ kind: 'done' });
    expect((await device.disk()).meta.isComplete).toBe(true);
    expect(await shown()).toEqual(server.shows());
  });

  test('that leave all scopes go with their entries', async () => {
    await device.do(report(1));
    await device.do(report(2));
    await talk();
    server.move(idOf(1), ['team:other']);
    await talk();
    const { tickets, events } = await device.disk();
    expect(
      [...new Set([...tickets, ...events].map((row) => JSON.stringify(row)))].join(),
    ).not.toContain(idOf(1));
    expect(await shown()).toEqual(server.shows());
  });

  test('of a scope that the person lost go at once, and waiting words stay', async () => {
    await device.do(report(1));
    await talk();
    await device.do(resolve(1));
    server.scope([]);
    device.answers(() => {
      const request = JSON.parse(device.asked.at(-1)?.body ?? '');
      return server.answer('/api/sync', JSON.stringify({ ...request, commands: [] }));
    });
    await talk();
    const { tickets, events, bases } = await device.disk();
    expect([tickets, events]).toEqual([[], []]);
    expect(bases).toEqual([{ id: idOf(1), row: null }]);
    expect(await device.outbox()).toMatchObject([
      { uid: 'mara-2', mayBeRefused: 'unknown-ticket' },
    ]);
  });

  test('of a scope that was lost go as a snapshot begins, not as it ends', async () => {
    for (const n of [1, 2, 3]) await device.do(report(n));
    await talk();
    server.move(idOf(1), ['team:lost']);
    server.scope(['all', 'team:lost']);
    await talk();
    server.scope(['all']);
    server.restore(server.backup());
    const text = await server.answer('/api/sync', firstRequest).text();
    device.cutAfter(text.indexOf('\n', text.indexOf('"mark"')) + 1);
    await talk();
    const { tickets, events, meta } = await device.disk();
    expect(meta.isComplete).toBe(false);
    expect(tickets.map(({ id }) => id)).toEqual([idOf(2), idOf(3)]);
    expect(events.map(({ ticket }) => ticket)).not.toContain(idOf(1));
    expect(await again()).toEqual({ kind: 'done' });
    expect(await shown()).toEqual(server.shows());
  });

  test('of a closed ticket are its core only', async () => {
    await device.do(report(1));
    await device.do(resolve(1));
    await talk();
    expect((await device.disk()).events).toHaveLength(2);
    await device.do(close(1));
    await talk();
    expect((await device.disk()).events).toEqual([]);
    expect((await device.ticket(idOf(1)))?.state.phase).toBe('closed');
  });

  test('that rules of another version folded are asked for anew', async () => {
    await device.do(report(1));
    await talk();
    await device.local.apply(async (writing) => {
      const rows = await writing.ticket.all();
      await writing.ticket.put(rows.map((row) => ({ ...row, fold: foldVersion - 1 })));
      await writing.setMeta({ ...(await writing.meta()), fold: foldVersion - 1 });
    });
    await talk();
    expect((await device.disk()).tickets).toMatchObject([{ fold: foldVersion }]);
    await talk();
    const cookies = device.asked.slice(-2).map(({ body }) => JSON.parse(body).cookie as unknown);
    expect(cookies).toEqual([null, expect.any(String)]);
  });

  test('that a snapshot does not send again are dropped at its end, not before', async () => {
    for (const n of [1, 2, 3]) await device.do(report(n));
    await talk();
    const early = testServer();
    early.does('otto', 'otto-1', report(2));
    early.does('otto', 'otto-2', report(4));
    early.does('otto', 'otto-3', report(5));
    const { tickets } = await device.disk();
    early.answer('/api/devices', '{}');
    const text = await early.answer('/api/sync', firstRequest).text();
    device.answers(() => new Response(text.slice(0, -20), ndjson));
    await talk();
    expect((await device.tickets()).length).toBeGreaterThan(tickets.length);
    device.answers(() => new Response(text, ndjson));
    await talk();
    expect(await shown()).toEqual(early.shows());
  });
});

describe('the clock', () => {
  test('is measured against the middle of the exchange and goes out with what is done next', async () => {
    const fetch = device.world.fetch.bind(device.world);
    device.world.fetch = async (path, init) => {
      device.pass(100);
      const answer = await fetch(path, init);
      device.pass(300);
      return answer;
    };
    const before = device.world.now();
    await talk();
    const offset = server.time() - (before + 200);
    expect((await device.local.read((reading) => reading.standing())).offset).toBe(offset);
    await device.do(report(1));
    expect(await device.outbox()).toMatchObject([{ offset }]);
  });
});

test('a clock before 1970, or far ahead, keeps nobody from talking', async () => {
  for (const ms of [-5e9, 5e15]) {
    device.pass(ms - device.world.now());
    await talk();
    const { now } = JSON.parse(device.asked.at(-1)?.body ?? '') as { now: number };
    const { offset } = await device.local.read((reading) => reading.standing());
    expect(now).toBe(ms < 0 ? 0 : 253_402_300_799_999);
    expect(now + (offset ?? 0)).toBe(server.time());
  }
});

test('what is settled is kept by the server’s clock, whatever the device’s says', async () => {
  await device.do(report(1));
  await talk();
  device.pass(settledMs + 1);
  await talk();
  expect((await device.disk()).settled).toHaveLength(1);
  server.pass(settledMs + 1);
  await talk();
  expect((await device.disk()).settled).toEqual([]);
});

describe('a device whose ids are not the server’s', () => {
  test('begins anew with the same uids in the same order', async () => {
    await device.do(report(1));
    await talk();
    await device.do(acknowledge(1));
    await device.do(resolve(1));
    server.forgetDevices();
    expect(await talk()).toEqual({ kind: 'forked' });
    await register(device.local, device.world, 'en');
    expect((await device.outbox()).map(({ id, uid }) => [id, uid])).toEqual([
      [1, 'mara-2'],
      [2, 'mara-3'],
    ]);
    expect(await again()).toEqual({ kind: 'done' });
    expect(await shown()).toEqual(server.shows());
    expect(server.tickets().get(idOf(1))?.seq).toBe(3);
  });

  test('fills a gap from what it kept', async () => {
    const backup = server.backup();
    await device.do(report(1));
    await device.do(acknowledge(1));
    await talk();
    server.restore(backup);
    await device.do(resolve(1));
    expect(await talk()).toEqual({ kind: 'gap', last: 0 });
    expect(await takeGap(device.local, 0)).toBe(true);
    // The connection was lost as it said that this is kept, and it ran once more.
    expect(await takeGap(device.local, 0)).toBe(true);
    expect(await again()).toEqual({ kind: 'done' });
    expect(server.tickets().get(idOf(1))?.seq).toBe(3);
    expect(await shown()).toEqual(server.shows());
  });

  test('offers a restored server what it forgot, once, though nothing waits', async () => {
    await device.do(report(1));
    await talk();
    const backup = server.backup();
    await device.do(acknowledge(1));
    await device.do(report(2));
    await talk();
    server.restore(backup);
    expect(await again()).toEqual({ kind: 'done' });
    expect(server.tickets().get(idOf(1))?.seq).toBe(2);
    expect(server.tickets().size).toBe(2);
    expect(await shown()).toEqual(server.shows());
  });

  test('offers what was forgotten to a server that does not know that it was restored', async () => {
    await device.do(report(1));
    await talk();
    const backup = server.backup();
    await device.do(acknowledge(1));
    await device.do(report(2));
    await talk();
    server.restore(backup, { isNoticed: false });
    expect(await again()).toEqual({ kind: 'done' });
    expect(server.tickets().get(idOf(1))?.seq).toBe(2);
    expect(server.tickets().size).toBe(2);
    expect(await device.outbox()).toEqual([]);
    await device.do(resolve(1));
    expect(await again()).toEqual({ kind: 'done' });
    expect(server.tickets().get(idOf(1))?.seq).toBe(3);
  });

  test('offers nothing again to a server that knows all of it', async () => {
    await device.do(report(1));
    await talk();
    await device.do(acknowledge(1));
    await talk();
    await talk();
    expect(device.sent()).toEqual([[1], [2], []]);
  });

  test('made anew sends answers to pages before everything is here again, and the rest after', async () => {
    server.does('otto', 'otto-1', report(2));
    await device.do(report(1));
    await talk();
    await device.do(resolve(1));
    await device.do(acknowledge(2), 'page');
    server.forgetDevices();
    expect(await talk()).toEqual({ kind: 'forked' });
    await register(device.local, device.world, 'en');
    device.cutAfter(0);
    await talk();
    expect(server.tickets().get(idOf(2))?.state.owner).toBe('mara');
    expect(server.tickets().get(idOf(1))?.state.phase).toBe('open');
    await device.do(acknowledge(3), 'another');
    expect(await again()).toEqual({ kind: 'done' });
    expect(device.sent().slice(-3)).toEqual([[1], [1, 2], [3]]);
    expect(server.tickets().get(idOf(1))?.state.phase).toBe('resolved');
    expect(await device.problems()).toMatchObject([{ uid: 'another', code: 'unknown-ticket' }]);
    expect(await shown()).toEqual(server.shows());
  });

  test('made anew for a restored server sends what was forgotten before what waits', async () => {
    const backup = server.backup();
    await device.do(report(1));
    await talk();
    server.restore(backup);
    server.forgetDevices();
    await device.do(resolve(1));
    expect(await talk()).toEqual({ kind: 'forked' });
    await register(device.local, device.world, 'en');
    expect(await again()).toEqual({ kind: 'done' });
    expect(await device.problems()).toEqual([]);
    expect(server.tickets().get(idOf(1))?.state.phase).toBe('resolved');
  });
});

test('an exchange that another tab overtook writes no more', async () => {
  server.does('otto', 'otto-1', report(1));
  const fetch = device.world.fetch.bind(device.world);
  let isFirst = true;
  device.world.fetch = async (path, init) => {
    const answer = await fetch(path, init);
    if (!isFirst) return answer;
    isFirst = false;
    expect(await talk()).toEqual({ kind: 'done' });
    return answer;
  };
  expect(await talk()).toEqual({ kind: 'overtaken' });
  expect(await shown()).toEqual(server.shows());
});

test('registering and the dropbox are given up as an exchange is when nobody answers', async () => {
  await device.do(report(1));
  const isSilent: World['fetch'] = (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const { later } = device.world;
  const world = {
    ...device.world,
    fetch: isSilent,
    later: (_: number, run: () => void) => later(0, run),
  };
  for (const ask of [
    () => register(device.local, world, 'en'),
    () => endDevice(device.local, world),
  ]) {
    const answer = ask();
    await expect.poll(() => device.alarmsIn()).toEqual([0]);
    device.ring(0);
    expect(await answer).toMatchObject({ kind: 'later' });
  }
});

describe('an answer that is no stream', () => {
  const wait = { headers: { 'Retry-After': '7' }, status: 503 };
  test.each([
    ['not-signed-in', problem('not-signed-in', 401), { kind: 'sign-in' }],
    ['revoked', problem('revoked', 403), { kind: 'revoked' }],
    ['forked', problem('forked', 409), { kind: 'forked' }],
    ['gap', problem('gap', 409, { last: 4 }), { kind: 'gap', last: 4 }],
    ['upgrade', problem('upgrade', 426), { kind: 'upgrade' }],
    ['broken', problem('broken', 500), { kind: 'later', isReachable: true, retryAfterMs: null }],
    [
      'busy',
      Response.json({ kind: 'busy' }, wait),
      { kind: 'later', isReachable: true, retryAfterMs: 7000 },
    ],
    ['invalid', problem('invalid', 400), { kind: 'broken' }],
    ['a proxy', new Response('Bad gateway', { status: 502 }), unreachable()],
    ['a hotel', new Response('<html>'), unreachable()],
    [
      'nonsense',
      new Response('x\n', { headers: { 'Content-Type': 'application/x-ndjson' } }),
      { kind: 'broken' },
    ],
  ])('%s means what it says and changes nothing', async (_, response, meaning) => {
    await device.do(report(1));
    const before = await device.disk();
    device.answers(() => response);
    expect(await talk()).toEqual(meaning);
    const after = await device.disk();
    expect({ ...after, meta: { ...after.meta, turn: 0 } }).toEqual({
      ...before,
      meta: { ...before.meta, turn: 0 },
    });
    expect(await device.outbox()).toHaveLength(1);
  });

  test('or none at all', async () => {
    device.offline();
    expect(await talk()).toEqual(unreachable());
  });

  test('before there is a device nothing is asked', async () => {
    const fresh = testDevice(server);
    expect(await exchange(fresh.local, fresh.world)).toEqual({ kind: 'unregistered' });
    expect(fresh.asked).toEqual([]);
  });
});

test('two devices in a bad network agree with the server once it is quiet, and every word arrives once', async () => {
  const act = fc.record({
    who: fc.nat(1),
    what: fc.constantFrom(
      'report',
      'acknowledge',
      'resolve',
      'close',
      'talk',
      'cut',
      'kill',
      'hide',
      'lose',
    ),
    n: fc.integer({ min: 1, max: 4 }),
    at: fc.nat(2500),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
      const own = testServer('mara', { rowsPerMark: 1 });
      const devices = [testDevice(own), testDevice(own)];
      let words = 0;
      const taken: string[] = [];
      for (const one of devices) await register(one.local, one.world, 'en');
      for (const { who, what, n, at } of acts) {
        const it = devices[who];
        if (it === undefined) continue;
        // Each device makes tickets of its own, and acts on all.
        const command = {
          report: report(n + 10 * who),
          acknowledge: acknowledge(n),
          resolve: resolve(n),
          close: close(n),
        };
        if (what === 'hide') own.move(idOf(n), at % 2 === 0 ? ['all'] : ['team:other']);
        else if (what === 'kill') it.reopen();
        else if (what === 'talk' || what === 'cut' || what === 'lose') {
          if (what === 'cut') it.cutAfter(at);
          if (what === 'lose') it.cutAfter(0);
          await exchange(it.local, it.world);
        } else {
          const uid = `uid-${++words}`;
          if ((await it.do(command[what], uid)).ok) taken.push(uid);
        }
      }
      for (const it of [...devices, ...devices]) {
        for (let n = 0; n < 40; n++) {
          const { kind } = await exchange(it.local, it.world);
          if (kind === 'done') break;
        }
      }
      const settled = new Map<string, string>();
      for (const it of devices) {
        expect(await it.outbox()).toEqual([]);
        const rows = (await it.tickets()).map(({ id, v, number, state }) => ({
          id,
          v,
          number,
          state,
        }));
        expect(rows).toEqual(own.shows());
        const disk = await it.disk();
        expect(disk.bases).toEqual([]);
        for (const { uid, outcome } of disk.settled) settled.set(uid, outcome);
        for (const [id, { events, state, scopes }] of own.tickets()) {
          const isHere = scopes.includes('all') && state.phase !== 'closed';
          const timeline = (await it.timeline(id)).map(({ event }) => event.seq);
          expect(timeline).toEqual(isHere ? events.map(({ event }) => event.seq) : []);
        }
        const problems = await it.problems();
        const typed = problems.flatMap((one) => [one.uid, ...one.dependants.map(({ uid }) => uid)]);
        for (const uid of typed) expect(settled.get(uid)).toBe('rejected');
      }
      expect([...settled.keys()].sort()).toEqual([...taken].sort());
      const causes = [...own.tickets().values()].flatMap(({ events }) =>
        events.map(({ event }) => event.cause),
      );
      expect(new Set(causes).size).toBe(causes.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);

const ndjson = { headers: { 'Content-Type': 'application/x-ndjson' } };
const unreachable = () => ({ kind: 'later', isReachable: false, retryAfterMs: null });
/** Of the first device, which has nothing yet. */
const firstRequest = JSON.stringify({
  protocol: 1,
  device: 'device-1',
  fold: 1,
  now: 1,
  cookie: null,
  pending: 0,
  commands: [],
});
