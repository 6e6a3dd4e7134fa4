import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { openScreens } from '../harness/screens.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test(
  'a screen at a desk is as wide whatever it shows: 480 px at the door, 720 to read, 1120 for work and its tickets, all of it for the queue',
  { timeout: 180_000 },
  async () => {
    const { page } = await openDevice(browser, 'desk');
    const found: Record<string, number[]> = {};
    for (const [, show] of await openScreens()) {
      await show(page);
      const { pathname } = new URL(page.url());
      const route = pathname.replace(/\/[0-9A-Z]{26}$/, '');
      // In one step: a screen may take another's place at any time.
      const width = await page.evaluate(() => document.querySelector('main.page')!.clientWidth);
      found[route] = [...new Set([...(found[route] ?? []), width])];
    }
    expect(found).toEqual({
      '/setup': [480],
      '/welcome': [480],
      '/sign-in': [480],
      '/': [1120],
      '/tickets': [1120],
      '/report': [720],
      '/outbox': [720],
      '/you': [720],
      '/nowhere': [720],
      '/live': [720],
      '/pages': [720],
      // A ticket, and no ticket at all; the list.
      '/portal': [1120],
      '/portal/new': [720],
      '/queue': [1440],
    });
  },
);
