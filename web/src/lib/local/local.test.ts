import 'fake-indexeddb/auto';
import { newDraft } from '@rung/sync/draft.ts';
import { Dexie } from 'dexie';
import { IDBDatabase, IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Local } from './local.ts';
import type { Reading } from './reading.ts';
import { newMeta, type HeldFile, type HeldTicket } from './rows.ts';
import { Store } from './store.ts';

let engine = { indexedDB: new IDBFactory(), IDBKeyRange };
let local = new Local('mara', engine);

beforeEach(() => {
  engine = { indexedDB: new IDBFactory(), IDBKeyRange };
  local = new Local('mara', engine);
});
afterEach(() => {
  vi.restoreAllMocks();
  local.close();
});

function ticket(id: string, phase: string, more: Partial<HeldTicket> = {}): HeldTicket {
  const state = { id, phase } as HeldTicket['state'];
  const rest = { number: 1, seq: 2, fold: 2, scopes: ['all'], v: 1, round: 0, waiting: [] };
  return { id, state, ...rest, ...more };
}
const entry = (of: string, seq: number) => ({
  ticket: of,
  seq,
  v: 1,
  round: 0,
  event: { ticket: of, seq, name: 'closed' } as never,
});
const picture = (id: string, of: string): HeldFile =>
  ({ id, ticket: of, state: 'attached', refused: null }) as HeldFile;
const nextTurn = (_: number, run: () => void): unknown => setImmediate(run);
const pending = (id: number) => ({ id, uid: `uid-${id}`, ticket: 'a' }) as never;

describe('lists', () => {
  beforeEach(() =>
    local.apply(({ ticket: shelf }) =>
      shelf.put([
        ticket('a', 'open'),
        ticket('b', 'closed'),
        ticket('c', 'resolved'),
        ticket('d', 'open'),
      ]),
    ),
  );
  const ids = async (asked: object) =>
    (await local.read((reading) => reading.tickets(asked))).map(({ id }) => id).join('');

  test.each([
    [{}, 'dcba'],
    [{ most: 2 }, 'dc'],
    [{ before: 'c', most: 2 }, 'ba'],
    [{ phases: ['open', 'resolved'] }, 'dca'],
    [{ phases: ['open', 'resolved'], most: 2 }, 'dc'],
    [{ phases: ['open', 'resolved'], before: 'd' }, 'ca'],
    [{ phases: ['acknowledged'] }, ''],
    [{ phases: ['open'], most: 0 }, ''],
  ])('of %o have the newest first', async (asked, found) => {
    expect(await ids(asked)).toBe(found);
  });

  test.each([
    ['at once', (reading: Reading) => reading.tickets({ phases: ['open'] })],
    [
      'a moment later',
      async (reading: Reading) => {
        await local.later(50, nextTurn);
        // One turn more: what is asked afterwards is heard of, too.
        const [one] = await reading.ticketsBy(['a', 'none']);
        return one == null ? [] : reading.tickets({ phases: ['open'] });
      },
    ],
  ])(
    'that are read %s are told again when something changed, of other tabs too',
    async (_, look) => {
      const other = new Local('mara', engine);
      const heard: number[] = [];
      let told = (): void => {};
      const stop = local.watch(look, (rows) => {
        heard.push(rows.length);
        told();
      });
      await new Promise<void>((resolve) => (told = resolve));
      const second = new Promise<void>((resolve) => (told = resolve));
      await other.apply(({ ticket: shelf }) => shelf.put([ticket('e', 'open')]));
      await second;
      expect([heard[0], heard.at(-1)]).toEqual([2, 3]);
      stop();
      other.close();
    },
  );
});

test('waits as long as it is told', async () => {
  const asked: number[] = [];
  const timer = (ms: number, run: () => void): void => {
    asked.push(ms);
    run();
  };
  await local.later(50, timer);
  expect(asked).toEqual([50]);
});

test('what is looked at a moment later is heard of though changes come without a pause', async () => {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const after = (ms: number, run: () => void) => timers.push({ at: now + ms, run });
  const heard: number[] = [];
  const look = (reading: Reading) => reading.outbox();
  const time = { now: () => now, after };
  const stop = local.watchLater(50, look, (rows) => heard.push(rows.length), undefined, time);
  await vi.waitFor(() => expect(heard).toEqual([0]));
  for (let id = 1; heard.length < 2; id += 1) {
    await local.apply(({ outbox }) => outbox.put([pending(id)]));
    now += 20;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { run } of due) run();
    for (let turn = 0; turn < 30; turn += 1)
      await new Promise((go) => void nextTurn(0, go as () => void));
  }
  expect(heard[1]).toBeGreaterThan(1);
  stop();
});

describe('a whole ticket', () => {
  const page = { id: 'a.2.0', ticket: 'a', person: 'mara', state: 'sent', createdAt: 1 };
  const waiting = { uid: 'u', mayBeRefused: null, events: [{ name: 'acknowledged' } as never] };

  beforeEach(() =>
    local.apply(async (writing) => {
      await writing.ticket.put([ticket('a', 'open', { waiting: [waiting] }), ticket('b', 'open')]);
      await writing.event.put([entry('a', 2), entry('a', 1), entry('b', 1)]);
      await writing.page.put([{ ...page, v: 1, round: 0 }]);
      await writing.file.put([picture('q', 'a'), picture('p', 'a'), picture('o', 'b')]);
    }),
  );

  test('comes with its log, what waits last, its pages and its pictures, and with nothing of another', async () => {
    const whole = await local.read((reading) => reading.whole('a'));
    expect(whole?.ticket.id).toBe('a');
    expect(whole?.entries.map(({ event, isWaiting }) => [event.seq, isWaiting])).toEqual([
      [1, false],
      [2, false],
      [undefined, true],
    ]);
    expect(whole?.pages).toMatchObject([page]);
    expect(whole?.files.map(({ id }) => id)).toEqual(['p', 'q']);
    expect(await local.read((reading) => reading.whole('none'))).toBeNull();
  });

  test('is read by one transaction', async () => {
    // Before it is opened: Dexie holds on to what it finds then.
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    local.close();
    local.open();
    await local.read((reading) => reading.standing());
    begun.mockClear();
    await local.read((reading) => reading.whole('a'));
    expect(begun).toHaveBeenCalledTimes(1);
  });

  test('at a desk comes with what is open, by one transaction', async () => {
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    local.close();
    local.open();
    await local.apply(({ ticket: rows }) => rows.put([ticket('c', 'closed')]));
    begun.mockClear();
    const desk = await local.read((reading) => reading.desk('a'));
    expect(begun).toHaveBeenCalledTimes(1);
    expect(desk.tickets.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(desk.whole?.entries).toHaveLength(3);
    expect(desk.isRefused).toBe(false);
    expect((await local.read((reading) => reading.desk(null))).whole).toBeNull();
  });

  test('is told again when something of it changed', async () => {
    const heard: number[] = [];
    let told = (): void => {};
    const stop = local.watch(
      (reading) => reading.whole('b'),
      (whole) => {
        heard.push(whole?.entries.length ?? -1);
        told();
      },
    );
    await new Promise<void>((resolve) => (told = resolve));
    const second = new Promise<void>((resolve) => (told = resolve));
    await local.apply(({ event }) => event.put([entry('b', 2)]));
    await second;
    expect(heard).toEqual([1, 2]);
    stop();
  });
});

test('drafts of the version before are kept', async () => {
  const before = new Dexie('rung-mara', engine);
  before.version(1).stores({ draft: 'ticket' });
  const form = { title: 'Pump 3 leaks', site: null, severity: 'S1', description: 'Since noon' };
  await before.table('draft').put({ ...newDraft('a', 'uid', 1), form });
  before.close();
  expect(await local.read((reading) => reading.tickets())).toEqual([]);
  const store = new Store('mara', engine);
  expect(await store.drafts()).toMatchObject([
    { ticket: 'a', uid: 'uid', form: { what: 'Pump 3 leaks\nSince noon', impact: 'high' } },
  ]);
  await store.change('a', (now) => now && { ...now, savedAt: 2 });
  expect(await store.drafts()).toMatchObject([{ form: { urgency: 'now' } }]);
  store.close();
});

test('what the version before held is all there after an upgrade', async () => {
  const before = new Dexie('rung-mara', engine);
  before.version(2).stores({
    draft: 'ticket',
    ticket: 'id, state.phase, *scopes',
    base: 'id',
    event: '[ticket+seq]',
    page: 'id, ticket',
    ref: '[kind+key]',
    outbox: 'id, uid',
    settled: 'uid, settledAt',
    problem: 'uid',
    meta: 'name',
  });
  const rows = {
    draft: [newDraft('a', 'uid', 1)],
    ticket: [ticket('a', 'open')],
    event: [entry('a', 1)],
    page: [{ id: 'p', ticket: 'a', person: 'mara', v: 1, round: 0 }],
    outbox: [pending(1)],
    problem: [{ uid: 'p', command: { name: 'close', args: {} } }],
    meta: [{ ...newMeta, nextId: 2 }],
  };
  for (const [table, of] of Object.entries(rows)) await before.table(table).bulkPut(of);
  before.close();
  const now = await local.apply(async (writing) => ({
    draft: await writing.draft.all(),
    ticket: await writing.ticket.all(),
    event: await writing.event.all(),
    page: await writing.page.all(),
    outbox: await writing.outbox.all(),
    problem: await writing.problem.all(),
    meta: [await writing.meta()],
  }));
  expect(now).toEqual(rows);
  expect(await local.read((reading) => reading.pagesOf('mara'))).toMatchObject([{ id: 'p' }]);
});

test('two people on one phone see nothing of each other', async () => {
  const other = new Local('otto', engine);
  await local.apply(({ ticket: shelf }) => shelf.put([ticket('a', 'open')]));
  expect(await other.read((reading) => reading.tickets())).toEqual([]);
  other.close();
});

test('what is thrown leaves nothing half done', async () => {
  const write = local.apply(async (writing) => {
    await writing.outbox.put([pending(1)]);
    await writing.setMeta({ ...newMeta, nextId: 2 });
    throw new Error('defect');
  });
  await expect(write).rejects.toThrow('defect');
  expect(await local.read((reading) => reading.outbox())).toEqual([]);
});

describe('when there is no room', () => {
  /** The first `times` writes of tickets find none. */
  function fill(times: number): void {
    const real = IDBObjectStore.prototype.put;
    let n = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...args
    ) {
      if (this.name === 'ticket' && n++ < times)
        throw new DOMException('full', 'QuotaExceededError');
      return real.apply(this, args);
    } as typeof real);
  }
  const count = () =>
    local.apply(async ({ settled, event, outbox, problem }) => ({
      settled: (await settled.all()).length,
      events: (await event.all()).map(({ ticket: of }) => of).join(''),
      outbox: (await outbox.all()).length,
      problems: (await problem.all()).length,
    }));

  beforeEach(() =>
    local.apply(async ({ settled, event, outbox, problem, ticket: shelf }) => {
      await settled.put([{ uid: 'old', settledAt: 1 } as never]);
      await event.put([entry('a', 1), entry('b', 1), entry('c', 1), entry('d', 1)]);
      await outbox.put([pending(1)]);
      await problem.put([{ uid: 'p', command: { name: 'close' } } as never]);
      const waiting = [{ uid: 'uid-1', mayBeRefused: null, events: [] }];
      await shelf.put([ticket('a', 'open', { waiting }), ticket('b', 'resolved')]);
      await shelf.put([ticket('c', 'open'), ticket('d', 'open')]);
    }),
  );

  test('timelines on which nothing waits go first, solved and old ones, and the write happens', async () => {
    fill(1);
    await local.apply(({ ticket: shelf }) => shelf.put([ticket('x', 'open')]));
    expect(await count()).toEqual({ settled: 1, events: 'ad', outbox: 1, problems: 1 });
    expect(await local.read((reading) => reading.ticket('x'))).not.toBeNull();
  });

  test('then what was settled, where no such timeline is left; never words', async () => {
    await local.apply(({ event }) =>
      event.drop([
        ['b', 1],
        ['c', 1],
      ]),
    );
    fill(1);
    await local.apply(({ ticket: shelf }) => shelf.put([ticket('x', 'open')]));
    expect(await count()).toEqual({ settled: 0, events: 'ad', outbox: 1, problems: 1 });
  });

  test('and when that does not help, it is said, and words are still here', async () => {
    fill(99);
    await expect(
      local.apply(({ ticket: shelf }) => shelf.put([ticket('x', 'open')])),
    ).rejects.toThrow();
    expect(await count()).toMatchObject({ outbox: 1, problems: 1 });
  });
});

test('a connection that the browser lost is opened again', async () => {
  await local.apply(({ outbox }) => outbox.put([pending(1)]));
  const lost = new DOMException('Connection to Indexed Database server lost', 'UnknownError');
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw lost;
  });
  await local.apply(({ outbox }) => outbox.put([pending(2)]));
  expect(await local.read((reading) => reading.outbox())).toHaveLength(2);
});

test('wiping takes everything, though another tab has it open', async () => {
  const other = new Local('mara', engine);
  await other.apply(({ outbox }) => outbox.put([pending(1)]));
  await local.wipe();
  expect(await other.read((reading) => reading.outbox())).toEqual([]);
  other.close();
});
