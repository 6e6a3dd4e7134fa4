import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { openScreens } from '../harness/screens.ts';
import { targetsOn } from '../harness/targets.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** What a thumb hits (look/tokens.css, --hit). A pixel less is rounding. */
const least = 43;

test(
  'everything on a phone that is pressed or chosen is at least 44 px high and wide',
  { timeout: 180_000 },
  async () => {
    const { page } = await openDevice(browser, 'phone');
    const small = new Set<string>();
    let n = 0;
    for (const [name, show] of await openScreens()) {
      await show(page);
      const targets = await targetsOn(page);
      n += targets.length;
      for (const { name: what, width, height } of targets) {
        if (width < least || height < least) small.add(`${name}: ${what}: ${width} x ${height}`);
      }
    }
    expect(n).toBeGreaterThan(200);
    expect([...small]).toEqual([]);
  },
);
