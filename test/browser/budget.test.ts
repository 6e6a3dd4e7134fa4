import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { company, password } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

const kB = 1000;
let browser: Browser;
let house: TestHouse;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  await house.as('mara');
});
afterAll(() => Promise.all([browser.close(), house.close()]));

const zipped = (body: Buffer): number => gzipSync(body, { level: 9 }).length;

test.each([
  ['/', m.work_heading()],
  ['/report', m.report_heading()],
  ['/tickets/01KAHJ3ZZZZZZZZZZZZZZZZZZ9', m.ticket_gone_heading()],
  ['/outbox', m.outbox_heading()],
  ['/pages', m.pages_heading()],
  ['/live/01KAHJ3ZZZZZZZZZZZZZZZZZZ9', m.live_unknown_heading()],
  ['/you', m.you_heading()],
])('the scripts that %s loads weigh at most 100 kB, zipped', async (path, heading) => {
  // Without the worker: it loads the whole app, to have it offline.
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  try {
    const page = await context.newPage();
    const scripts = new Map<string, Promise<Buffer>>();
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('.js')) scripts.set(pathname, response.body());
    });
    const { email } = company.people.mara;
    const origin = house.config.publicUrl;
    const door = new URL('/api/session', origin).href;
    await page.request.post(door, { data: { email, password } });
    // A browser becomes a device once in its life: what that takes is no part of a page.
    const registered = page.waitForResponse('**/api/devices');
    await page.goto(new URL('/you', origin).href);
    await registered;
    await page.waitForLoadState('networkidle');
    scripts.clear();
    await page.goto(new URL(path, origin).href, { waitUntil: 'networkidle' });
    await page.getByRole('heading', { name: heading }).filter({ visible: true }).first().waitFor();
    const bodies = await Promise.all(scripts.values());
    expect(bodies.length).toBeGreaterThan(0);
    const weight = bodies.reduce((sum, body) => sum + zipped(body), 0);
    expect(weight).toBeLessThanOrEqual(100 * kB);
  } finally {
    await context.close();
  }
});

test('the service worker weighs at most 60 kB, zipped', async () => {
  const file = await readFile(new URL('../../web/build/service-worker.js', import.meta.url));
  expect(zipped(file)).toBeLessThanOrEqual(60 * kB);
});
