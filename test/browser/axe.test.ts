import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openDevice, type Size } from '../harness/browser.ts';
import { openScreens } from '../harness/screens.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const looks = (['phone', 'desk'] as const satisfies readonly Size[]).flatMap((size) =>
  (['dark', 'light'] as const).map((scheme) => [size, scheme] as const),
);

test.each(looks)(
  'axe finds nothing wrong on a %s that is %s',
  { timeout: 180_000 },
  async (size, scheme) => {
    const { page } = await openDevice(browser, size);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    for (const [name, show] of await openScreens()) {
      await show(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations) {
        for (const node of nodes) {
          found.push(`${name}: ${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`);
        }
      }
    }
    expect(found).toEqual([]);
  },
);
