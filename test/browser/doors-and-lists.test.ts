import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportMessage } from '../harness/command.ts';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { company, password, type PersonKey } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

let browser: Browser;
let house: TestHouse;
const reported = 205;
const long = 'Compressor of the refrigeration plant in hall 2 cycles every two minutes';

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  const mara = await house.as('mara');
  for (let n = 1; n <= reported; n += 1) {
    const isLast = n === reported;
    const json = reportMessage(isLast ? long : `Pump ${n} leaks`, {
      site: 'oven-hall',
      severity: isLast ? 'S2' : 'S3',
    });
    expect((await mara('/api/commands', { json })).status).toBe(200);
  }
});
afterAll(() => Promise.all([browser.close(), house.close()]));

const address = (path: string): string => new URL(path, house.config.publicUrl).href;

const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name }).filter({ visible: true }).first().waitFor();

async function signedIn(who: PersonKey): Promise<Page> {
  await house.as(who);
  const { page } = await openDevice(browser, 'phone');
  const { email } = company.people[who];
  const answer = await page.request.post(address('/api/session'), { data: { email, password } });
  expect(answer.status()).toBe(200);
  return page;
}

async function oneTimeLink(person: PersonKey): Promise<string> {
  const answer = await house.operator('/api/directory/links', { json: { person } });
  const { url } = (await answer.json()) as { url: string };
  return url;
}

describe('a one-time link', () => {
  test('outlives a reload, is read when pasted into the same tab, and never stays in the address', async () => {
    const { page } = await openDevice(browser, 'phone');
    await page.goto(await oneTimeLink('lena'));
    await heading(page, m.welcome_heading({ name: 'Lena' }));
    expect(page.url()).toBe(address('/welcome'));

    await page.reload();
    await heading(page, m.welcome_heading({ name: 'Lena' }));

    await page.goto(await oneTimeLink('otto'));
    await heading(page, m.welcome_heading({ name: 'Otto' }));
    expect(page.url()).toBe(address('/welcome'));

    await page.getByLabel(m.password_new()).fill(password);
    await page.getByRole('button', { name: m.welcome_submit() }).click();
    await heading(page, m.work_heading());
    const kept = await page.evaluate(() => Object.keys(sessionStorage));
    expect(kept.filter((key) => key.startsWith('rung.'))).toEqual([]);
  });

  test('says that it no longer works, not that the screen broke, when it is no encoding', async () => {
    const { page, faults } = await openDevice(browser, 'phone');
    await page.goto(address('/welcome#%E0'));
    await heading(page, m.welcome_used_heading());
    expect(faults).toEqual([]);
  });
});

test('a stranger at /setup reads that it is done', async () => {
  const { page } = await openDevice(browser, 'phone');
  await page.goto(address('/setup'));
  await heading(page, m.setup_done_heading());
  await page.goto(address('/setup#%E0'));
  await heading(page, m.setup_done_heading());
});

test.each([
  ['/tickets/%E0', m.lost_heading()],
  ['/tickets/nothing', m.ticket_gone_heading()],
  ['/report?draft=', m.report_heading()],
  ['/report?draft=a/b', m.ticket_gone_heading()],
  ['/sign-in?to=//', m.work_heading()],
  ['/sign-in?to=http://', m.work_heading()],
  ['/sign-in?to=https://example.org/', m.work_heading()],
  ['/sign-in?to=/nowhere', m.work_heading()],
  ['/sign-in?to=/you', m.you_heading()],
])('%s shows a screen to whoever is signed in', async (path, name) => {
  const page = await signedIn('mara');
  await page.goto(address(path));
  await heading(page, name);
});

test('a list of more than 100 tickets can be read to its end', async () => {
  const page = await signedIn('mara');
  await page.goto(address('/'));
  const more = page.getByRole('button', { name: m.work_more() });
  const rows = page.locator('.tt > li');
  for (const shown of [100, 200]) {
    await rows.nth(shown - 1).waitFor();
    expect(await rows.count()).toBe(shown);
    await more.click();
  }
  await rows.nth(reported - 1).waitFor();
  expect(await more.count()).toBe(0);
  const numbers = (await page.locator('.tt .num').allInnerTexts()).map((text) =>
    Number(text.slice(1)),
  );
  // The worse one first, then the older.
  const others = Array.from({ length: reported - 1 }, (_, n) => 1001 + n);
  expect(numbers).toEqual([1000 + reported, ...others]);

  // A ticket of the list is there at once, and the list is as long as before when one comes back.
  await page.route('**/api/tickets/*', (route) => route.abort());
  await page.getByText('Pump 1 leaks').click();
  await heading(page, 'Pump 1 leaks');
  await page.getByRole('link', { name: m.back_to_work() }).click();
  await rows.nth(reported - 1).waitFor();
});

test('letters of twice the size neither overlap nor scroll sideways on 320 px', async () => {
  const page = await signedIn('mara');
  await page.setViewportSize({ width: 320, height: 640 });
  await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      const twice = new CSSStyleSheet();
      twice.replaceSync('html { font-size: 200% }');
      document.adoptedStyleSheets = [twice];
    });
  });
  const widths: { [path: string]: number } = {};
  for (const path of ['/', '/report', '/you']) {
    await page.goto(address(path));
    await page.locator('main h1').waitFor();
    widths[path] = await page.evaluate(() => document.documentElement.scrollWidth);
  }
  expect(widths).toEqual({ '/': 320, '/report': 320, '/you': 320 });

  await page.goto(address('/'));
  const row = page.locator('.tt > li').filter({ hasText: long });
  await row.waitFor();
  const boxes = await row.locator('.tt-t b, .sev, .tt-title, .tt-meta').evaluateAll((parts) =>
    parts.map((part) => {
      const { left, right, top, bottom } = part.getBoundingClientRect();
      return { name: part.className || part.tagName, left, right, top, bottom };
    }),
  );
  expect(boxes).toHaveLength(4);
  const overlaps = boxes.flatMap((one, n) =>
    boxes
      .slice(n + 1)
      .filter(
        (other) =>
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom,
      )
      .map((other) => `${one.name} and ${other.name}`),
  );
  expect(overlaps).toEqual([]);

  // Lines of one title keep their distance too.
  const title = await row.locator('.tt-title').evaluate((part) => {
    const { fontSize, lineHeight } = getComputedStyle(part);
    return Number.parseFloat(lineHeight) / Number.parseFloat(fontSize);
  });
  expect(title).toBeGreaterThanOrEqual(1.2);
});
