import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import { deletePager } from './delete-pager.ts';
import { changePager, mostWithdrawn, readPager, type Pager } from './pager.ts';

let engine = { indexedDB: new IDBFactory(), IDBKeyRange };
const pager: Pager = {
  device: 'd1',
  secret: 's1',
  person: 'mara',
  language: 'de',
  hideDetails: true,
  withdrawn: [],
};

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

  test('changes as it is now, though two change it at once', async () => {
    await changePager('mara', () => pager, engine);
    const withdraw = (page: string) =>
      changePager('mara', (now) => now && { ...now, withdrawn: [...now.withdrawn, page] }, engine);
    await Promise.all([withdraw('p1'), withdraw('p2')]);
    const { pager: after } = (await readPager('mara', engine)) as { pager: Pager };
    expect([...after.withdrawn].sort()).toEqual(['p1', 'p2']);
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
    const withdrawn = Array.from({ length: mostWithdrawn + 5 }, (_, n) => `p${n}`);
    await changePager('mara', () => ({ ...pager, withdrawn }), engine);
    const { pager: after } = (await readPager('mara', engine)) as { pager: Pager };
    expect([after.withdrawn.length, after.withdrawn.at(-1)]).toEqual([
      mostWithdrawn,
      withdrawn.at(-1),
    ]);
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
