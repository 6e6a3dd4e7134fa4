import { newDraft, write } from '@rung/sync/draft.ts';
import { blankForm } from '@rung/sync/form.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { Local } from '../local/local.ts';
import { Store } from '../local/store.ts';
import { exchange } from './exchange.ts';
import { mutate } from './mutate.ts';
import { register } from './register.ts';
import { acknowledge, close, idOf, report, resolve, testDevice } from './test-device.ts';
import { testServer } from './test-server.ts';
import { withdraw } from './withdraw.ts';

let device = testDevice(testServer());
const ids = async () => (await device.outbox()).map(({ id }) => id);

beforeEach(() => {
  device = testDevice(testServer());
});

describe('doing something', () => {
  test('counts on, whatever tabs do it at once', async () => {
    const others = [testTab(), testTab()];
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) =>
        mutate(others[n % 2] ?? device.local, report(n), { now: n, uid: `uid-${n}` }),
      ),
    );
    expect(await ids()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const tab of others) tab.close();
  });

  test('twice with the same uid is done once', async () => {
    const [first, second] = [
      await device.do(report(1), 'same'),
      await device.do(report(1), 'same'),
    ];
    expect(second).toEqual(first);
    expect(await ids()).toEqual([1]);
    expect((await device.ticket(idOf(1)))?.waiting).toHaveLength(1);
  });

  test('again with the uid of what was refused meanwhile is refused', async () => {
    const server = testServer();
    device = testDevice(server);
    await register(device.local, device.world, 'en');
    server.does('otto', 'otto-1', report(1));
    await device.do(report(1), 'same');
    await device.do(report(2), 'other');
    await exchange(device.local, device.world);
    expect(await device.do(report(1), 'same')).toEqual({
      ok: false,
      refusal: { kind: 'already-reported' },
    });
    expect((await device.do(report(2), 'other')).ok).toBe(true);
    expect(await device.outbox()).toEqual([]);
  });

  test('that is refused keeps nothing and uses up no id', async () => {
    await device.do(report(1));
    const before = await device.disk();
    expect(await device.do(close(1))).toEqual({ ok: false, refusal: { kind: 'not-resolved' } });
    expect(await device.do(resolve(2))).toEqual({ ok: false, refusal: { kind: 'unknown-ticket' } });
    expect(await device.disk()).toEqual(before);
    await device.do(resolve(1));
    expect(await ids()).toEqual([1, 2]);
  });

  test('to a page of a ticket that is not here waits without a row', async () => {
    expect((await device.do(acknowledge(1))).ok).toBe(true);
    expect(await ids()).toEqual([1]);
    expect(await device.tickets()).toEqual([]);
  });

  test('as the answer to a page waits with that page, whatever this device thinks of it', async () => {
    const server = testServer();
    device = testDevice(server);
    await register(device.local, device.world, 'en');
    server.does('otto', 'otto-1', report(1));
    await exchange(device.local, device.world);
    await device.local.apply(({ ref }) =>
      ref.put([
        {
          ...{ kind: 'person', key: 'mara', scopes: ['ref'], v: 1, round: 0 },
          item: { roles: ['staff'], client: null, ownTicketsOnly: false, disabled: true },
        },
      ]),
    );
    expect(await device.do(acknowledge(1))).toMatchObject({ ok: false });
    const page = `${idOf(1)}.2.1`;
    const doing = { now: 5, uid: 'one', page };
    expect(await mutate(device.local, acknowledge(1), doing)).toMatchObject({ ok: true });
    expect(await device.outbox()).toMatchObject([{ page, mayBeRefused: 'not-permitted' }]);
  });

  test('to one’s own page from a screen knows the page', async () => {
    const server = testServer();
    device = testDevice(server);
    await register(device.local, device.world, 'en');
    server.does('otto', 'otto-1', report(1));
    await exchange(device.local, device.world);
    const page = { id: `${idOf(1)}.2.1`, person: 'mara', state: 'open' };
    await device.local.apply(async ({ ticket }) => {
      const row = await ticket.get(idOf(1));
      if (row) await ticket.put([{ ...row, state: { ...row.state, pages: [page as never] } }]);
    });
    await device.do(acknowledge(1));
    expect(await device.outbox()).toMatchObject([{ page: page.id }]);
  });

  test('keeps the server’s row aside once, and the newest on the screen', async () => {
    const server = testServer();
    device = testDevice(server);
    await register(device.local, device.world, 'en');
    server.does('otto', 'otto-1', report(1));
    await exchange(device.local, device.world);
    await device.do(acknowledge(1));
    await device.do(resolve(1));
    const { bases } = await device.disk();
    expect(bases).toMatchObject([{ id: idOf(1), row: { state: { phase: 'open' }, waiting: [] } }]);
    expect((await device.ticket(idOf(1)))?.state.phase).toBe('resolved');
  });

  test('leaves text out that no database can store', async () => {
    await device.do(report(1, 'Pump\u0000 \uD800leaks'));
    expect((await device.ticket(idOf(1)))?.state.title).toBe('Pump \uFFFDleaks');
  });

  test.each([
    [-1, 0],
    [Number.MAX_SAFE_INTEGER, 253_402_300_799_999],
    [1000.5, 1000],
  ])('at %f by a clock that is wrong is told as the wire takes it', async (now, at) => {
    await mutate(device.local, report(1), { now, uid: 'one' });
    expect(await device.outbox()).toMatchObject([{ at }]);
  });

  test('takes its draft along', async () => {
    const store = new Store('mara', device.engine);
    const form = { ...blankForm, what: 'Pump' };
    for (const n of [1, 2]) {
      await store.change(idOf(n), () => write(newDraft(idOf(n), `uid-${n}`, 1), form, '', 2));
    }
    await mutate(device.local, report(1), { now: 5, uid: 'uid-1', draft: idOf(1) });
    expect((await store.drafts()).map(({ ticket }) => ticket)).toEqual([idOf(2)]);
    store.close();
  });

  test('asks for rights once the company is known', async () => {
    const ref = (kind: string, key: string, item: object) => ({
      kind,
      key,
      item: { kind, key, ...item },
      scopes: ['ref'],
      v: 1,
      round: 0,
    });
    const mara = { roles: ['staff'], client: null, ownTicketsOnly: false, disabled: true };
    await device.local.apply(({ ref: refs }) => refs.put([ref('person', 'mara', mara)]));
    expect(await device.do(report(1))).toEqual({ ok: false, refusal: { kind: 'not-permitted' } });
    const able = { ...mara, disabled: false };
    await device.local.apply(({ ref: refs }) => refs.put([ref('person', 'mara', able)]));
    expect((await device.do(report(1))).ok).toBe(true);
  });

  test('on a row that another version of the app folded makes it again from the server’s', async () => {
    await device.do(report(1));
    await device.local.apply(async ({ ticket }) => {
      const row = await ticket.get(idOf(1));
      if (row) await ticket.put([{ ...row, fold: 1, state: { ...row.state, title: 'Old' } }]);
    });
    await device.do(acknowledge(1));
    expect((await device.ticket(idOf(1)))?.state).toMatchObject({
      title: 'Pump 1 leaks',
      owner: 'mara',
    });
  });
});

test('on a server’s row that other rules folded waits, and shows nothing until the row is sent anew', async () => {
  const server = testServer();
  device = testDevice(server);
  await register(device.local, device.world, 'en');
  server.does('otto', 'otto-1', report(1));
  await exchange(device.local, device.world);
  const strange = { state: { phase: 'open', severity: 'S3', title: 'Old' } };
  await device.local.apply(async ({ ticket }) => {
    const row = await ticket.get(idOf(1));
    await ticket.put([{ ...row, ...strange, fold: 1 } as never]);
  });
  expect((await device.do(resolve(1))).ok).toBe(true);
  // By such a row it is not resolved; who knows.
  expect((await device.do(close(1))).ok).toBe(true);
  expect(await device.ticket(idOf(1))).toMatchObject({
    ...strange,
    fold: 1,
    waiting: [{ mayBeRefused: 'not-shown' }, { mayBeRefused: 'not-resolved' }],
  });
  expect(await device.outbox()).toMatchObject([
    { id: 1, command: resolve(1), mayBeRefused: 'not-shown' },
    { id: 2, command: close(1), mayBeRefused: 'not-resolved' },
  ]);
  server.does('otto', 'otto-2', acknowledge(1));
  await exchange(device.local, device.world);
  expect((await device.ticket(idOf(1)))?.state.phase).toBe('closed');
});

const testTab = () => new Local('mara', device.engine);

describe('taking back', () => {
  test('shows the ticket as it was, and still counts on', async () => {
    await device.do(report(1), 'one');
    await device.do(resolve(1), 'two');
    expect(await withdraw(device.local, 'two')).toBe(true);
    expect((await device.ticket(idOf(1)))?.state.phase).toBe('open');
    expect(await withdraw(device.local, 'one')).toBe(true);
    expect(await device.tickets()).toEqual([]);
    await device.do(report(2));
    expect(await ids()).toEqual([1, 2, 3]);
    expect(await withdraw(device.local, 'three')).toBe(false);
  });
});
