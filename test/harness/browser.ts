import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import { launchArgs } from './chromium.ts';

export const sizes = {
  phone: { width: 360, height: 740 },
  desk: { width: 1440, height: 900 },
} as const;
export type Size = keyof typeof sizes;

/** Opens Chromium. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: inject('chromium'), args: [...launchArgs] });

/**
 * A device in a browser, without history, until the test ends: its pages speak English and live in Berlin. Whatever a page
 * throws is kept in `faults`; where the test fails, a picture is left in test/out.
 */
export async function openDevice(
  browser: Browser,
  size: Size,
): Promise<{ context: BrowserContext; page: Page; faults: readonly string[] }> {
  const context = await browser.newContext({
    viewport: sizes[size],
    hasTouch: size === 'phone',
    isMobile: size === 'phone',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on('pageerror', (fault) => faults.push(fault.message));
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      const name = task.name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80);
      await page.screenshot({ path: `test/out/${name}.png` }).catch(() => {});
    }
    await context.close();
  });
  return { context, page, faults };
}

/**
 * Until the sheet of this page is closed and out of its history: that takes a moment more (web/src/lib/ui/back.ts), and whatever
 * navigates in it takes the one for the other.
 */
export async function sheetClosed(page: Page): Promise<void> {
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.waitForFunction(
    () => (history.state as { isAbove?: boolean } | null)?.isAbove !== true,
  );
}
