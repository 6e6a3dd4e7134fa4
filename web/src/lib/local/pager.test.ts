import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import { deletePager } from './delete-pager.ts';
import { changePager, mostOver, pagersHere, readPager, type Over, type Pager } from './pager.ts';

let engine = { indexedDB: new IDBFactory(), IDBKeyRange };
const pager: Pager = {
  device: 'd1',
  secret: 's1',
  person: 'mara',
  language: 'de',
  hideDetails: true,
  isOn: false,
  over: [],
  answers: [],
  receipts: [],
};
const over = (page: string): Over => ({ page, title: 't', body: 'b', at: 1, heardAt: 2 });

beforeEach(() => {
  engine = { indexedDB: new IDBFactory(), IDBKeyRange };
});

describe('what a push needs', () => {
  test('is there for its person and for nobody else, until it is deleted', async () => {
    expect(await readPager('mara', engine)).toEqual({ kind: 'open', pager: null });
    expect(await changePager('mara', () => pager, engine)).toBe(true);
    expect(await readPager('mara', engine)).toEqual({ kind: 'open', pager });
    expect(await readPager('otto', engine)).toEqual({ kind: 'open', pager: null });
    await deletePager('mara', engine);
    expect(await readPager('mara', engine)).toEqual({ kind: 'open', pager: null });
  });

  test('of everybody is found, and who only looked left nothing behind', async () => {
    await changePager('mara', () => pager, engine);
    await changePager('ida', () => ({ ...pager, person: 'ida' }), engine);
    await changePager('otto', (none) => none, engine);
    await readPager('uli', engine);
    expect((await pagersHere(engine))?.map(({ person }) => person).sort()).toEqual(['ida', 'mara']);
    const names = (await engine.indexedDB.databases()).map(({ name }) => name);
    expect(names).not.toContain('rung-pager-uli');
    expect(names).not.toContain('rung-pager-otto');
    expect(await pagersHere({ indexedDB: {} as IDBFactory })).toBe(null);
  });

  test('that an earlier version kept is made whole', async () => {
    const { device, secret, person } = pager;
    await changePager(
      'mara',
      () => ({ device, secret, person, over: [], receipts: [] }) as never,
      engine,
    );
    expect(await readPager('mara', engine)).toMatchObject({ pager: { over: [], isOn: false } });
  });

  test('changes as it is now, though two change it at once', async () => {
    await changePager('mara', () => pager, engine);
    const withdraw = (page: string) =>
      changePager('mara', (now) => now && { ...now, over: [...now.over, over(page)] }, engine);
    await Promise.all([withdraw('p1'), withdraw('p2')]);
    const { pager: after } = (await readPager('mara', engine)) as { pager: Pager };
    expect(after.over.map(({ page }) => page).sort()).toEqual(['p1', 'p2']);
  });

  test('a browser that throws where it should say no keeps what was there, and says so', async () => {
    await changePager('mara', () => pager, engine);
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
    try {
      expect(await changePager('mara', () => ({ ...pager, secret: 's2' }), engine)).toBe(false);
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect(await readPager('mara', engine)).toEqual({ kind: 'open', pager });
  });

  test('remembers only the newest pages that were taken back', async () => {
    const all = Array.from({ length: mostOver + 5 }, (_, n) => over(`p${n}`));
    await changePager('mara', () => ({ ...pager, over: all }), engine);
    const { pager: after } = (await readPager('mara', engine)) as { pager: Pager };
    expect([after.over.length, after.over.at(-1)]).toEqual([mostOver, all.at(-1)]);
  });

  test('that does not open in time is said to have failed', async () => {
    const never = { indexedDB: { open: () => ({}) } as unknown as IDBFactory };
    let ring = (): void => {};
    const asked = readPager('mara', never, (ms, run) => {
      expect(ms).toBe(500);
      ring = run;
      return () => {};
    });
    ring();
    expect(await asked).toEqual({ kind: 'failed' });
  });

  test('is said to have failed where nothing is kept at all', async () => {
    const none = {
      indexedDB: {
        open() {
          throw new DOMException('no', 'SecurityError');
        },
      } as unknown as IDBFactory,
    };
    expect(await readPager('mara', none)).toEqual({ kind: 'failed' });
    expect(await changePager('mara', () => pager, none)).toBe(false);
  });
});
