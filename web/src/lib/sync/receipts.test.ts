import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { changePager, newPager, readPager, type Pager, type Receipt } from '../local/pager.ts';
import { giveReceipts, giveReceiptsOnce, pausesMs } from './receipts.ts';
import { problem } from './test-server.ts';

const engine = { indexedDB: new IDBFactory(), IDBKeyRange };
const begin: Pager = { ...newPager, device: 'd1', secret: 's1', person: 'mara' };
const shown = (n: number): Receipt => ({ notification: `T.1.${n}/1`, kind: 'displayed' });
const opened = (n: number): Receipt => ({ notification: `T.1.${n}/1`, kind: 'opened' });

let told: unknown[] = [];
let answer: () => Response = () => new Response(null, { status: 204 });
const world = {
  async fetch(_: string, { body }: RequestInit) {
    told.push((JSON.parse(String(body)) as { receipts: unknown }).receipts);
    return answer();
  },
};
const give = async (...fresh: Receipt[]) => {
  const read = await readPager('mara', engine);
  if (read.kind === 'failed' || read.pager === null) throw new Error('no pager');
  await giveReceiptsOnce(read.pager, fresh, world, engine);
};
const kept = async () => {
  const read = await readPager('mara', engine);
  return read.kind === 'open' ? read.pager?.receipts : null;
};

beforeEach(async () => {
  told = [];
  answer = () => new Response(null, { status: 204 });
  await changePager('mara', () => begin, engine);
});

test('a receipt that nobody took goes with the next, once', async () => {
  answer = () => {
    throw new TypeError('offline');
  };
  await give(shown(1));
  answer = () => problem('busy', 503);
  await give();
  expect(await kept()).toEqual([shown(1)]);
  answer = () => new Response(null, { status: 204 });
  await give(opened(1));
  await give(shown(2));
  await give();
  expect(told).toEqual([[shown(1)], [shown(1)], [shown(1), opened(1)], [shown(2)]]);
  expect(await kept()).toEqual([]);
});

test('receipts that the server refuses are not offered for ever', async () => {
  await changePager('mara', () => ({ ...begin, receipts: [shown(1)] }), engine);
  answer = () => problem('invalid', 400);
  await give(shown(2));
  expect(await kept()).toEqual([]);
});

test('what another push kept meanwhile stays', async () => {
  await changePager('mara', () => ({ ...begin, receipts: [shown(1)] }), engine);
  const slow = {
    async fetch() {
      await changePager('mara', (now) => now && { ...now, receipts: [shown(1), shown(3)] }, engine);
      return new Response(null, { status: 204 });
    },
  };
  await giveReceiptsOnce({ ...begin, receipts: [shown(1)] }, [shown(2)], slow, engine);
  expect(await kept()).toEqual([shown(3)]);
});

test('a receipt that nobody took is offered again twice, after a while each, until somebody does', async () => {
  const waited: number[] = [];
  const hurried = {
    ...world,
    later(ms: number, run: () => void) {
      waited.push(ms);
      if (waited.length === 2) answer = () => new Response(null, { status: 204 });
      queueMicrotask(run);
      return () => {};
    },
  };
  answer = () => problem('busy', 503);
  await giveReceipts(begin, [shown(1)], hurried, engine);
  expect([waited, told]).toEqual([pausesMs, [[shown(1)], [shown(1)], [shown(1)]]]);
  expect(await kept()).toEqual([]);
  // One that is taken at once waits for nothing; of who is not here any more nothing is told.
  await giveReceipts(begin, [shown(2)], hurried, engine);
  answer = () => problem('busy', 503);
  await changePager('mara', () => null, engine);
  await giveReceipts(begin, [shown(3)], hurried, engine);
  expect([waited.length, told.slice(3)]).toEqual([3, [[shown(2)], [shown(3)]]]);
});
