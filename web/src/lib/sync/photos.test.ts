import { must } from '@rung/domain/base/must.ts';
import { IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { discardProblem } from '../local/problems.ts';
import { Store } from '../local/store.ts';
import type { Drawn } from '../photo/draw.ts';
import { report } from './attach.ts';
import { exchange } from './exchange.ts';
import { handOn } from './hand-on.ts';
import { addPhotos, dropPhoto, type Adding } from './photos.ts';
import { register } from './register.ts';
import { acknowledge, idOf, report as reportOf, testDevice } from './test-device.ts';
import { testServer } from './test-server.ts';
import { withdraw } from './withdraw.ts';

let server = testServer();
let device = testDevice(server);
let ids = 0;
const kB = 1024;

const made = (kilobytes: number): Drawn => ({
  kind: 'made',
  bytes: new Uint8Array(kilobytes * kB).fill(kilobytes % 251).buffer,
  hash: String(kilobytes).padStart(64, '0'),
  type: 'image/jpeg',
  thumbnail: 'AAAA',
});
/** As large as its name says, kB; or as its name says. */
const draw: Adding['draw'] = async (file) => {
  const { name } = file as File;
  return Number(name) > 0 ? made(Number(name)) : ({ kind: name } as Drawn);
};
const take = (ticket: string, as: Adding['as'], ...names: string[]) =>
  addPhotos(
    device.local,
    { ticket, as, draw, now: () => 7, newId: () => `photo-${++ids}` },
    names.map((name) => new File([], name)),
  );
const files = () => device.local.read((reading) => reading.files());
const sizes = async () => (await files()).map(({ size, state }) => [size / kB, state]);
const bytes = (id: string) => device.local.read((reading) => reading.bytes(id));
const parts = () => device.local.apply(({ part }) => part.all());
const names = async () => (await device.outbox()).map(({ command }) => command.name);
const send = () =>
  report(device.local, reportOf(1) as never, { now: 9, uid: 'uid-1', draft: idOf(1) });
const drafts = async () => {
  const store = new Store('mara', device.engine);
  const all = await store.drafts();
  store.close();
  return all.map(({ ticket }) => ticket);
};

beforeEach(async () => {
  server = testServer();
  device = testDevice(server);
  ids = 0;
  await register(device.local, device.world, 'en');
});
afterEach(() => vi.restoreAllMocks());

/** The n-th write of this room throws. */
function breakAt(n: number, name = 'DataError'): void {
  let count = 0;
  const real = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args
  ) {
    if (++count === n) throw new DOMException('broken', name);
    return real.apply(this, args);
  } as typeof real);
}

describe('pictures of a draft', () => {
  test('are kept in parts, and its draft with them', async () => {
    expect(await take(idOf(1), 'draft', '1200', '3')).toEqual([]);
    expect(await sizes()).toEqual([
      [1200, 'draft'],
      [3, 'draft'],
    ]);
    expect((await bytes('photo-1'))?.map((part) => part.byteLength / kB)).toEqual([512, 512, 176]);
    expect([await drafts(), await names()]).toEqual([[idOf(1)], []]);
  });

  test('that cannot be taken say why, and the others are kept', async () => {
    expect(await take(idOf(1), 'draft', 'no-picture', '4', 'too-large', 'not-kept')).toEqual([
      { name: 'no-picture', why: 'no-picture' },
      { name: 'too-large', why: 'too-large' },
      { name: 'not-kept', why: 'not-kept' },
    ]);
    expect(await sizes()).toEqual([[4, 'draft']]);
  });

  test('leave with the report, the words first', async () => {
    await take(idOf(1), 'draft', '600', '3');
    expect(await send()).toMatchObject({ ok: true });
    expect(await names()).toEqual(['report', 'attach', 'attach']);
    expect((await sizes()).map(([, state]) => state)).toEqual(['attached', 'attached']);
    expect(await drafts()).toEqual([]);
    // A second tap.
    expect(await send()).toMatchObject({ ok: true });
    expect(await names()).toEqual(['report', 'attach', 'attach']);
    await exchange(device.local, device.world);
    expect(
      server
        .tickets()
        .get(idOf(1))
        ?.events.map(({ event }) => event.name),
    ).toContain('attached');
    expect(await sizes()).toHaveLength(2);
  });

  test('leave with it whole or not at all, wherever it breaks', async () => {
    await take(idOf(1), 'draft', '600', '3');
    let isWhole = false;
    let n = 0;
    while (!isWhole) {
      breakAt(++n);
      isWhole = await send().then(
        ({ ok }) => ok,
        () => false,
      );
      vi.restoreAllMocks();
      device.reopen();
      const left = isWhole ? [3, 'attached', 0] : [0, 'draft', 1];
      const [sent, { state }, kept] = [await names(), must((await files())[1], ''), await drafts()];
      expect([sent.length, state, kept.length]).toEqual(left);
      expect((await bytes('photo-1'))?.length).toBe(2);
    }
    expect(n).toBeGreaterThan(8);
  });

  test('that were made small after it was sent go after it', async () => {
    await send();
    await take(idOf(1), 'draft', '5');
    expect(await names()).toEqual(['report', 'attach']);
    expect(await drafts()).toEqual([]);
  });

  test('stay when its words are erased, and go when it is discarded', async () => {
    await take(idOf(1), 'draft', '5');
    await take(idOf(2), 'draft', '6');
    const store = new Store('mara', device.engine);
    await store.change(idOf(1), () => undefined);
    expect([await drafts(), await sizes()]).toEqual([
      [idOf(1), idOf(2)],
      [
        [5, 'draft'],
        [6, 'draft'],
      ],
    ]);
    await store.drop(idOf(1));
    expect([await drafts(), await sizes(), await parts()]).toMatchObject([
      [idOf(2)],
      [[6, 'draft']],
      [{ file: 'photo-3' }],
    ]);
    store.close();
  });
});

describe('pictures of a ticket', () => {
  beforeEach(() => device.do(reportOf(1)));

  test('are shown at once, and their bytes stay when the words have gone', async () => {
    expect(await take(idOf(1), 'attached', '5')).toEqual([]);
    expect((await device.timeline(idOf(1))).at(-1)).toMatchObject({
      isWaiting: true,
      event: { name: 'attached', args: { file: 'photo-1', thumbnail: 'AAAA' } },
    });
    await exchange(device.local, device.world);
    expect([await device.outbox(), await sizes()]).toEqual([[], [[5, 'attached']]]);
  });

  test('that are taken back, or whose report is, are gone with their bytes', async () => {
    await take(idOf(1), 'attached', '5', '6');
    await dropPhoto(device.local, 'photo-1');
    expect([await sizes(), await names()]).toEqual([
      [[6, 'attached']],
      ['report', 'attach', 'attach'],
    ]);
    await withdraw(device.local, 'mara-1');
    expect([await sizes(), await parts()]).toEqual([[], []]);
  });

  test('that do not fit leave nothing behind, and say so', async () => {
    breakAt(1, 'QuotaExceededError');
    await device.do(acknowledge(1));
    vi.restoreAllMocks();
    const real = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...args
    ) {
      if (this.name === 'file_part') throw new DOMException('full', 'QuotaExceededError');
      return real.apply(this, args);
    } as typeof real);
    expect(await take(idOf(1), 'attached', '5')).toEqual([{ name: '5', why: 'not-kept' }]);
    expect([await sizes(), await names()]).toEqual([[], ['report', 'acknowledge']]);
  });

  test('are not given up for room', async () => {
    await take(idOf(1), 'attached', '5');
    await exchange(device.local, device.world);
    breakAt(1, 'QuotaExceededError');
    await device.do(acknowledge(1));
    expect((await bytes('photo-1'))?.length).toBe(1);
  });

  test('that the server has go as it says so, and only those with the hash that it names', async () => {
    await take(idOf(1), 'attached', '5', '6');
    await exchange(device.local, device.world);
    server.stores(idOf(1), 'photo-1', must(await files().then((all) => all[0]?.hash), ''));
    server.stores(idOf(1), 'photo-2', '0'.repeat(64));
    await exchange(device.local, device.world);
    expect(await sizes()).toEqual([[6, 'attached']]);
    expect((await parts()).map(({ file }) => file)).toEqual(['photo-2']);
  });

  test('that are refused keep their bytes until somebody has read why', async () => {
    await take(idOf(1), 'attached', '5');
    await exchange(device.local, device.world);
    server.refuses('attach', 'file-used');
    await take(idOf(1), 'attached', '6');
    await exchange(device.local, device.world);
    expect((await files()).map(({ refused }) => refused)).toEqual([null, 'file-used']);
    await discardProblem(device.local, 'photo-2');
    expect(await sizes()).toEqual([[5, 'attached']]);
  });

  test('of a refused report go with its problem', async () => {
    server.refuses('report', 'not-permitted');
    await take(idOf(1), 'attached', '5');
    await exchange(device.local, device.world);
    expect(await files()).toMatchObject([{ refused: 'unknown-ticket' }]);
    await discardProblem(device.local, 'mara-1');
    expect([await files(), await parts()]).toEqual([[], []]);
  });

  test('of a refused report go on with the draft that says it again, as new ones', async () => {
    server.refuses('report', 'not-permitted');
    await take(idOf(1), 'attached', '1200');
    await exchange(device.local, device.world);
    const before = await bytes('photo-1');
    await handOn(device.local, 'mara-1', idOf(9), () => 'photo-9');
    expect(await files()).toMatchObject([
      { id: 'photo-9', ticket: idOf(9), state: 'draft', refused: null },
    ]);
    expect(await bytes('photo-9')).toEqual(before);
    expect(new Set((await parts()).map(({ file }) => file))).toEqual(new Set(['photo-9']));
    expect(await device.problems()).toEqual([]);
  });

  test('of a refused report go on, and what was typed after it stays', async () => {
    server.refuses('report', 'not-permitted');
    await take(idOf(1), 'attached', '5');
    await device.do(acknowledge(1));
    await exchange(device.local, device.world);
    await handOn(device.local, 'mara-1', idOf(9), () => 'photo-9');
    const [problem] = await device.problems();
    expect(problem?.dependants.map(({ command }) => command.name)).toEqual(['acknowledge']);
    expect(await files()).toMatchObject([{ id: 'photo-9' }]);
  });
});
