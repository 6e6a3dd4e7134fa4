import { m } from '@rung/messages/compiled/messages.js';
import { expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { testHouse } from '../harness/house.ts';

test('an unknown address says so while a newer version waits, and does not load itself for ever', async () => {
  const [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  try {
    const { context, page } = await openDevice(browser, 'phone');
    const { origin } = house.config.publicUrl;
    await page.goto(`${origin}/sign-in`);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await context.route('**/_app/version.json', (route) =>
      route.fulfill({ json: { version: 'newer' } }),
    );
    await page.goto(`${origin}/nowhere`);
    await page.getByRole('heading', { name: m.lost_heading() }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/nowhere');
  } finally {
    await Promise.all([browser.close(), house.close()]);
  }
});
