import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { reportMessage } from '../harness/command.ts';
import { company, password, type PersonKey } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

const kB = 1000;
let browser: Browser;
let house: TestHouse;
const fan = reportMessage('Fan 2 stopped', { severity: 'S1', site: 'oven-hall' });
const { ticket } = fan.command.args;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  const mara = await house.as('mara');
  expect((await mara('/api/commands', { json: fan })).status).toBe(200);
});
afterAll(() => Promise.all([browser.close(), house.close()]));

const zipped = (body: Buffer): number => gzipSync(body, { level: 9 }).length;

/** Until a screen is there and can be used; and with what it draws and does then: the ladder, the exchange, what waits. */
const most = { first: 100 * kB, all: 135 * kB } as const;
/** At a desk a list and a ticket beside it are two screens in one. */
const mostAtDesk = { ...most, all: 150 * kB } as const;
/** A client may come once in a year, with whatever he has. What is aimed at is 70 kB first; Svelte, SvelteKit and the queries are 55. */
const mostForClients = { first: 82 * kB, all: 95 * kB } as const;

test.each([
  ['/portal', m.portal_heading()],
  [`/portal/${ticket}`, 'Fan 2 stopped'],
  ['/portal/new', m.portal_new()],
])('%s is there for a client with at most 82 kB of scripts, zipped', async (path, heading) => {
  const weight = await weightOf('berta', path, heading);
  expect(weight).toSatisfy(
    (it) => it.first <= mostForClients.first && it.all <= mostForClients.all,
  );
});

test.each([
  ['/', m.work_heading()],
  ['/report', m.report_heading()],
  [`/tickets/${ticket}`, 'Fan 2 stopped'],
  [`/live/${ticket}`, 'Fan 2 stopped'],
  ['/pages', m.pages_heading()],
  ['/queue', m.queue_heading()],
  ['/outbox', m.outbox_heading()],
  ['/live/01KAHJ3ZZZZZZZZZZZZZZZZZZ9', m.live_unknown_heading()],
  ['/you', m.you_heading()],
])('%s is there with at most 100 kB of scripts, zipped', async (path, heading) => {
  const weight = await weightOf('mara', path, heading);
  const { first, all } = path === '/queue' ? mostAtDesk : most;
  expect(weight).toSatisfy((it) => it.first <= first && it.all <= all);
});

async function weightOf(
  who: PersonKey,
  path: string,
  heading: string,
): Promise<{ readonly first: number; readonly all: number }> {
  await house.as(who);
  // Without the worker: it loads the whole app, to have it offline.
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  try {
    const page = await context.newPage();
    const { email } = company.people[who];
    const origin = house.config.publicUrl;
    const door = new URL('/api/session', origin).href;
    await page.request.post(door, { data: { email, password } });
    // A browser becomes a device once in its life: what that takes is no part of a page.
    await page.goto(new URL('/', origin).href);
    await page.getByText('Fan 2 stopped').first().waitFor();
    await page.waitForLoadState('networkidle');
    const scripts = new Map<string, Response>();
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('.js')) scripts.set(pathname, response);
    });
    await page.goto(new URL(path, origin).href, { waitUntil: 'networkidle' });
    await page.getByRole('heading', { name: heading }).filter({ visible: true }).first().waitFor();
    const bodies = new Map<string, string>();
    for (const [name, response] of scripts) bodies.set(name, (await response.body()).toString());
    const first = weigh(neededFirst(bodies), bodies);
    const all = weigh(bodies.keys(), bodies);
    expect(first).toBeGreaterThan(0);
    return { first, all };
  } finally {
    await context.close();
  }
}

/** What the app's entries and the route's nodes import, and what that imports: without all of it nothing is shown. */
function neededFirst(bodies: ReadonlyMap<string, string>): ReadonlySet<string> {
  const needed = new Set<string>();
  const waiting = [...bodies.keys()].filter((name) => !name.includes('/chunks/'));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    for (const [, from] of (bodies.get(name) ?? '').matchAll(
      /(?:from|import)\s*["']([^"']+)["']/g,
    )) {
      const { pathname } = new URL(from ?? '', `http://x${name}`);
      if (bodies.has(pathname)) waiting.push(pathname);
    }
  }
  return needed;
}

function weigh(names: Iterable<string>, bodies: ReadonlyMap<string, string>): number {
  return [...names].reduce((sum, name) => sum + zipped(Buffer.from(bodies.get(name) ?? '')), 0);
}

test('the service worker weighs at most 60 kB, zipped', async () => {
  const file = await readFile(new URL('../../web/build/service-worker.js', import.meta.url));
  expect(zipped(file)).toBeLessThanOrEqual(60 * kB);
});
