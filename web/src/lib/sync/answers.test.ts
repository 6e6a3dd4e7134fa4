import { must } from '@rung/domain/base/must.ts';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../local/database.ts';
import { readPager, type KeptAnswer } from '../local/pager.ts';
import { answerPage, openMs, retryAnswers } from './answers.ts';
import { wayMs } from './answers-door.ts';
import { exchange } from './exchange.ts';
import { register } from './register.ts';
import { SyncLoop } from './sync-loop.ts';
import { acknowledge, idOf, report, testDevice } from './test-device.ts';
import { problem, testServer } from './test-server.ts';
import { withdraw } from './withdraw.ts';

let server = testServer();
let device = testDevice(server);
const page = `${idOf(1)}.2.1`;
const asked: KeptAnswer = {
  ...{ uid: 'uid-1', ticket: idOf(1), page, answer: 'acknowledge', at: 4000 },
  seen: { generation: 1, severity: 'S3' },
};
const quietly = async (): Promise<void> => {};
const answer = (one: KeptAnswer = asked, whenKept = quietly) =>
  answerPage('mara', one, device.world, whenKept, device.engine);
const retryOf = async (
  all: readonly KeptAnswer[],
  world = device.world,
  engine: Engine = device.engine,
) => must(await retryAnswers('mara', all, world, engine), 'Mara is here');
const retry = (...all: KeptAnswer[]) => retryOf(all);
const paths = () => device.asked.map(({ path }) => path);
const door = `/api/pages/${page}/answer`;
const owner = () => server.tickets().get(idOf(1))?.state.owner;
const pager = async () => {
  const read = await readPager('mara', device.engine);
  return read.kind === 'open' ? read.pager : null;
};
const signedOut = () => problem('not-signed-in', 401);
const taken = { kind: 'settled', outcome: 'applied', code: null };

afterEach(() => void vi.restoreAllMocks());
beforeEach(async () => {
  server = testServer();
  device = testDevice(server);
  await register(device.local, device.world, 'en');
  await exchange(device.local, device.world);
  server.does('otto', 'otto-1', report(1));
  device.asked.length = 0;
});

describe('an answer from a notification', () => {
  test('to a ticket this device does not hold is the server’s in one exchange', async () => {
    expect(await device.ticket(idOf(1))).toBe(null);
    expect(await answer()).toEqual(taken);
    expect([paths(), owner()]).toEqual([['/api/sync'], 'mara']);
    expect(await device.outbox()).toEqual([]);
  });

  test('goes the same way from a phone before Safari 17.4', async () => {
    await exchange(device.local, device.world);
    device.asked.length = 0;
    const isNone = () => {
      throw new TypeError('is not a function');
    };
    vi.spyOn(AbortSignal, 'any').mockImplementation(isNone);
    vi.spyOn(Map, 'groupBy').mockImplementation(isNone);
    expect(await answer()).toEqual(taken);
    expect([paths(), owner()]).toEqual([['/api/sync'], 'mara']);
  });

  test('gives up an exchange that takes too long, and goes by the door of its page', async () => {
    let signal: AbortSignal | null | undefined;
    const fetch: typeof device.world.fetch = (path, init) => {
      if (path !== '/api/sync') return device.world.fetch(path, init);
      signal = init.signal;
      device.ring(wayMs);
      return new Promise(() => {});
    };
    const answered = answerPage('mara', asked, { ...device.world, fetch }, quietly, device.engine);
    expect([await answered, paths(), owner()]).toEqual([taken, [door], 'mara']);
    expect(signal?.aborted).toBe(true);
  });

  test('goes by the door of its page when the session is over, and counts as sent', async () => {
    await exchange(device.local, device.world);
    device.asked.length = 0;
    device.answers(signedOut);
    expect(await answer()).toEqual(taken);
    expect([paths(), owner()]).toEqual([['/api/sync', door], 'mara']);
    expect(device.asked[1]?.headers.get('Authorization')).toMatch(/^Device device-1\./);
    expect(JSON.parse(device.asked[1]?.body ?? '')).toMatchObject({ uid: 'uid-1', at: 4000 });
    expect(await device.outbox()).toMatchObject([{ answered: { outcome: 'applied', code: null } }]);
    expect(await device.ticket(idOf(1))).toMatchObject({ state: { owner: 'mara' }, waiting: [] });
    expect(await withdraw(device.local, 'uid-1')).toBe(false);
    // Once there is a session again, its id is settled and nothing is done twice.
    await exchange(device.local, device.world);
    expect(await device.outbox()).toEqual([]);
    expect(await device.problems()).toEqual([]);
  });

  test('waits where nobody is reached, is never said to be taken, and goes with the next try', async () => {
    device.offline();
    expect(await answer()).toEqual({ kind: 'kept' });
    expect(await device.outbox()).toMatchObject([{ uid: 'uid-1', page }]);
    expect((await retry(asked)).left).toBe(1);
    device.offline(false);
    const { rulings, left } = await retry(asked);
    expect([rulings.get('uid-1'), left]).toEqual([{ outcome: 'applied', code: null }, 0]);
    expect(owner()).toBe('mara');
    // Another window may have sent it: what became of it can be asked later, too.
    expect((await retry(asked)).rulings.get('uid-1')).toMatchObject({ outcome: 'applied' });
  });

  test('twice is one answer', async () => {
    device.offline();
    await Promise.all([answer(), answer()]);
    device.offline(false);
    expect(await answer()).toEqual(taken);
    expect(await answer()).toEqual(taken);
    expect(server.tickets().get(idOf(1))?.seq).toBe(2);
  });

  test('whose answer was lost is told as it was taken', async () => {
    device.answers(() => {
      server.does('mara', 'uid-1', acknowledge(1));
      throw new TypeError('reset');
    });
    expect(await answer()).toEqual(taken);
    expect(server.tickets().get(idOf(1))?.seq).toBe(2);
  });

  test('that is refused stands among the problems, once', async () => {
    const lost = () => Response.json({ uid: 'uid-1', outcome: 'rejected', code: 'not-permitted' });
    device.answers(signedOut, lost);
    expect(await answer()).toEqual({ kind: 'settled', outcome: 'rejected', code: 'not-permitted' });
    expect(await device.problems()).toMatchObject([{ uid: 'uid-1', code: 'not-permitted' }]);
    expect((await retry()).left).toBe(0);
    expect(paths()).toEqual(['/api/sync', door]);
  });

  test('is kept before anybody is told that it is on its way', async () => {
    const seen: unknown[] = [];
    await answer(asked, async () => {
      seen.push(
        (await device.outbox()).map(({ uid }) => uid),
        paths(),
      );
    });
    expect(seen).toEqual([['uid-1'], []]);
  });

  test.each([
    ['an unknown device', 'not-signed-in', 401],
    ['a removed device', 'revoked', 403],
    ['an unknown page', 'not-found', 404],
    ['an answer that the rules do not know', 'refused', 422],
  ] as const)('that is refused for good (%s) waits for nothing', async (_, kind, status) => {
    const no = () => problem(kind, status);
    device.answers(signedOut, no, signedOut, no);
    expect(await answer()).toEqual({ kind: 'refused' });
    const { refused, left } = await retry(asked);
    expect([[...refused], left]).toEqual([[['uid-1', kind]], 0]);
    // A session may send it yet.
    expect((await retry(asked)).rulings.get('uid-1')).toMatchObject({ outcome: 'applied' });
  });

  test('that its notification alone still knows is given again', async () => {
    const { rulings, left } = await retry(asked);
    expect([rulings.get('uid-1'), left]).toEqual([{ outcome: 'applied', code: null }, 0]);
    expect(owner()).toBe('mara');
  });

  test('that its person took back is not said to be taken', async () => {
    device.offline();
    await answer();
    await withdraw(device.local, 'uid-1');
    expect([...(await retry(asked)).refused.keys()]).toEqual(['uid-1']);
    device.offline(false);
    await exchange(device.local, device.world);
    expect([...(await retry(asked)).refused.keys()]).toEqual(['uid-1']);
    expect(owner()).toBe(null);
  });

  test('of whoever is not signed in here any more does nothing', async () => {
    await device.local.wipe();
    expect(await answer()).toEqual({ kind: 'stranger' });
    expect(await retryAnswers('mara', [asked], device.world, device.engine)).toBe(null);
    expect(paths()).toEqual([]);
    expect(await device.engine.indexedDB.databases()).toEqual([]);
  });
});

describe('where an old tab keeps the store from opening', () => {
  /** The second, small one opens all the same. */
  function blocked() {
    const { indexedDB, IDBKeyRange } = device.engine;
    const open = (name: string, version?: number) =>
      name.startsWith('rung-pager-') ? indexedDB.open(name, version) : ({} as IDBOpenDBRequest);
    const factory = Object.assign(Object.create(IDBFactory.prototype) as IDBFactory, {
      open,
      databases: () => indexedDB.databases(),
    });
    return { indexedDB: factory, IDBKeyRange };
  }
  /** Time passes as soon as somebody waits for it. */
  const hurried = () => ({
    ...device.world,
    later(ms: number, run: () => void) {
      if (ms !== openMs) return device.world.later(ms, run);
      queueMicrotask(run);
      return () => {};
    },
  });

  test('the answer goes by the door of its page at once', async () => {
    expect(await answerPage('mara', asked, hurried(), quietly, blocked())).toEqual(taken);
    expect([paths(), owner()]).toEqual([[door], 'mara']);
    expect((await pager())?.answers).toEqual([]);
  });

  test('and nobody is reached, it waits beside the secret and goes when either gives way', async () => {
    device.offline();
    expect(await answerPage('mara', asked, hurried(), quietly, blocked())).toEqual({
      kind: 'kept',
    });
    expect((await pager())?.answers).toEqual([asked]);
    const sent = await retryOf([], hurried(), blocked());
    // It, and whatever the store may hold.
    expect([sent.left, (await pager())?.answers.length]).toEqual([2, 1]);
    // The store opens again: then it waits in the outbox.
    expect((await retry()).left).toBe(1);
    expect((await pager())?.answers).toEqual([]);
    expect(await device.outbox()).toMatchObject([{ uid: 'uid-1', page, at: 4000 }]);
    device.offline(false);
    expect((await retry()).rulings.get('uid-1')).toEqual({ outcome: 'applied', code: null });
  });
});

describe('where the store opens and takes nothing', () => {
  /** The small one takes some words yet, or nothing either. */
  function full(isAllFull: boolean): Engine {
    const { indexedDB, IDBKeyRange } = device.engine;
    const open = (name: string, version?: number) => {
      const asked = indexedDB.open(name, version);
      if (!isAllFull && name.startsWith('rung-pager-')) return asked;
      asked.addEventListener('success', () => {
        const database = asked.result;
        const transaction = database.transaction.bind(database);
        database.transaction = (stores, mode, how) => {
          if (mode === 'readwrite') throw new DOMException('full', 'QuotaExceededError');
          return transaction(stores, mode, how);
        };
      });
      return asked;
    };
    const factory = Object.assign(Object.create(IDBFactory.prototype) as IDBFactory, {
      open,
      databases: () => indexedDB.databases(),
    });
    return { indexedDB: factory, IDBKeyRange };
  }
  const answerTo = (engine: Engine) => answerPage('mara', asked, device.world, quietly, engine);

  test('what waits beside the secret goes by the door of its page', async () => {
    device.offline();
    expect(await answerTo(full(false))).toEqual({ kind: 'kept' });
    expect((await pager())?.answers).toEqual([asked]);
    device.offline(false);
    const { rulings, left } = await retryOf([], device.world, full(false));
    expect([rulings.get('uid-1'), left]).toEqual([{ outcome: 'applied', code: null }, 0]);
    expect([paths(), owner(), (await pager())?.answers]).toEqual([[door], 'mara', []]);
  });

  test('what waits in it goes by the door, and its ruling is told', async () => {
    device.offline();
    await answer();
    device.offline(false);
    const { rulings } = await retryOf([asked], device.world, full(true));
    expect([rulings.get('uid-1')?.outcome, owner()]).toEqual(['applied', 'mara']);
  });

  test('and nobody is reached, its notification alone keeps it', async () => {
    device.offline();
    expect(await answerTo(full(true))).toEqual({ kind: 'lost' });
    expect((await retryOf([asked], device.world, full(true))).left).toBe(1);
    device.offline(false);
    const { rulings } = await retryOf([asked], device.world, full(true));
    expect(rulings.get('uid-1')).toEqual({ outcome: 'applied', code: null });
  });
});

test('what cannot be looked at is not said to be nothing', async () => {
  const never = { open: () => ({}), databases: async () => [] } as unknown as IDBFactory;
  const { left } = await retryOf([], device.world, { ...device.engine, indexedDB: never });
  expect(left).toBe(1);
});

describe('the loop of a page', () => {
  const loop = () =>
    new SyncLoop(
      device.local,
      {
        ...device.world,
        language: () => 'en',
        lot: () => 0,
        alone: (run) => run(),
        defect: (cause) => {
          throw cause;
        },
      },
      () => {},
    );

  test('sends answers by their doors when the session is over, and leaves the rest for it', async () => {
    await exchange(device.local, device.world);
    await device.local.apply(async ({ ticket }) => {
      const row = await ticket.get(idOf(1));
      const mine = { id: page, person: 'mara', state: 'open' } as never;
      if (row) await ticket.put([{ ...row, state: { ...row.state, pages: [mine] } }]);
    });
    await device.do(acknowledge(1));
    await device.do(report(2));
    device.asked.length = 0;
    device.answers(signedOut);
    await loop().kick();
    expect([paths(), owner()]).toEqual([['/api/sync', door], 'mara']);
    const waits = (await device.outbox()).filter(({ answered }) => answered === undefined);
    expect(waits.map(({ command }) => command.name)).toEqual(['report']);
  });

  test('tries again by itself as long as an answer is not sent', async () => {
    await exchange(device.local, device.world);
    device.offline();
    await answer();
    device.offline(false);
    device.answers(signedOut, () => problem('busy', 503));
    const talking = loop();
    await talking.kick();
    expect(owner()).toBe(null);
    const [wait] = device.alarmsIn();
    expect(wait).toBeGreaterThan(0);
    device.answers(signedOut);
    device.ring(wait ?? 0);
    await talking.kick();
    expect(owner()).toBe('mara');
  });
});
