import { beforeEach, expect, test, vi } from 'vitest';
import { exchange } from './exchange.ts';
import { register } from './register.ts';
import type * as Rules from './rules.ts';
import { idOf, report, testDevice } from './test-device.ts';
import { testServer } from './test-server.ts';

/** A page that has not fetched the rules yet, and the network they come over. */
const page = vi.hoisted(() => ({
  rules: null as typeof Rules | null,
  isThere: true,
  asked: 0,
}));
vi.mock('./rules-here.ts', () => ({
  rulesHere: () => page.rules,
  async loadRules() {
    page.asked++;
    if (!page.isThere) throw new TypeError('Failed to fetch dynamically imported module');
    return (page.rules ??= await import('./rules.ts'));
  },
}));

let server = testServer();
let device = testDevice(server);
const talk = () => exchange(device.local, device.world);

beforeEach(async () => {
  server = testServer();
  device = testDevice(server);
  await register(device.local, device.world, 'en');
  server.does('otto', 'otto-1', report(1));
  await talk();
  Object.assign(page, { rules: null, isThere: true, asked: 0 });
});

test('a page on which nothing waits never fetches them', async () => {
  server.does('otto', 'otto-2', report(2));
  expect(await talk()).toEqual({ kind: 'done' });
  expect([page.asked, await device.tickets()]).toMatchObject([0, [{}, {}]]);
});

test('what waits is taken in with them', async () => {
  await device.do(report(2));
  expect(await talk()).toEqual({ kind: 'done' });
  expect(page.rules).not.toBe(null);
  expect(await device.ticket(idOf(2))).toMatchObject({ number: 2, waiting: [] });
});

test('where they cannot be fetched nothing is taken, and nothing is lost', async () => {
  await device.do(report(2));
  page.isThere = false;
  const before = await device.disk();
  expect(await talk()).toMatchObject({ kind: 'later', isReachable: false });
  const { meta, ...rows } = await device.disk();
  expect([rows, meta.cookie]).toEqual([
    (({ meta: _, ...same }) => same)(before),
    before.meta.cookie,
  ]);
  expect(await device.outbox()).toHaveLength(1);
  page.isThere = true;
  expect(await talk()).toEqual({ kind: 'done' });
  expect([await device.outbox(), await device.problems()]).toEqual([[], []]);
});

test('a server that was restored is offered what it forgot with them', async () => {
  const copy = server.backup();
  await device.do(report(2));
  await talk();
  page.rules = null;
  server.restore(copy);
  expect(await talk()).toMatchObject({ kind: 'more' });
  expect(page.rules).not.toBe(null);
  while ((await talk()).kind === 'more');
  expect([...server.tickets().keys()]).toContain(idOf(2));
});
