import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { reportMessage } from '../harness/command.ts';
import { company, password, type PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { writeReport } from '../harness/report-form.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

const number = /#\d{4}/;
const shown = (on: Page, text: string | RegExp): Promise<void> =>
  on.getByText(text).filter({ visible: true }).first().waitFor();
const press = (on: Page, name: string): Promise<void> =>
  on.getByRole('button', { name, exact: true }).click();

describe.each(dialects)('on a phone and a server with %s', (dialect) => {
  let browser: Browser;
  let house: TestHouse;
  let context: BrowserContext;
  let page: Page;
  let faults: readonly string[];

  beforeAll(async () => {
    [browser, house] = await Promise.all([openBrowser(), testHouse(dialect)]);
    await Promise.all([house.as('mara'), house.as('lena')]);
  });
  afterAll(() => Promise.all([browser.close(), house.close()]));
  beforeEach(async () => {
    ({ context, page, faults } = await openDevice(browser, 'phone'));
    await signIn('mara');
    await page.goto(at('/'));
    await shown(page, /^As of/);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  });

  const at = (path: string): string => new URL(path, house.config.publicUrl).href;

  async function signIn(person: PersonKey): Promise<void> {
    const { email } = company.people[person];
    await context.request.post(at('/api/session'), { data: { email, password } });
  }

  async function report(on: Page, title: string, site: string | null = null): Promise<void> {
    await on.goto(at('/report'));
    await writeReport(on, title, { site });
    await on.getByRole('heading', { name: title }).waitFor();
  }

  test('a report made offline is on this device at once, after a reload and after its tab was killed, and gets its number online', async () => {
    await context.setOffline(true);
    await report(page, 'Pump 3 leaks', 'oven-hall');
    await shown(page, m.on_this_device());
    expect(page.url()).toMatch(/\/tickets\/[0-9A-Z]{26}$/);
    expect(await page.getByText(number).count()).toBe(0);
    await shown(page, 'Oven hall');

    await page.reload();
    await page.getByRole('heading', { name: 'Pump 3 leaks' }).waitFor();
    await shown(page, m.on_this_device());

    const address = page.url();
    await page.close();
    page = await context.newPage();
    await page.goto(at('/'));
    await shown(page, 'Pump 3 leaks');
    await shown(page, m.on_this_device());
    await shown(page, m.sync_unsent({ n: 1 }));
    await page.goto(address);
    await shown(page, m.waiting_heading());

    await context.setOffline(false);
    await shown(page, number);
    await page.getByText(m.on_this_device()).first().waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  test('sent in one of two tabs, the number comes in both', async () => {
    await context.setOffline(true);
    await report(page, 'Fan 1 rattles');
    const other = await context.newPage();
    await other.goto(page.url());
    await shown(other, m.on_this_device());
    await context.setOffline(false);
    await Promise.all([shown(page, number), shown(other, number)]);
  });

  test('a refused report stands among the problems with its words, and Edit sends it again', async () => {
    await context.setOffline(true);
    await report(page, 'Ward is warm', 'ward');
    const { ward: _, ...sites } = company.sites;
    const json = { document: { ...company, sites }, prune: true, dryRun: false };
    const edited = await house.operator('/api/directory', { json });
    expect(edited.status).toBe(200);
    await page.evaluate(noteWords, m.ticket_not_here());
    await context.setOffline(false);
    // Who looks at it is told so, and never that it is not there.
    await shown(page, m.work_problems({ n: 1 }));
    expect(await page.evaluate(() => (window as unknown as Noted).wereShown)).toBe(false);
    await page.goto(at('/'));
    await shown(page, m.work_problems({ n: 1 }));
    await page.getByRole('link', { name: m.work_problems_open() }).click();
    await shown(page, m.refusal_unknown_site());
    await shown(page, 'Ward is warm');

    await press(page, m.outbox_edit());
    await expect.poll(() => page.getByLabel(m.report_what()).inputValue()).toBe('Ward is warm');
    await page.getByLabel(m.report_site()).selectOption('oven-hall');
    await press(page, m.report_send());
    await page.getByRole('heading', { name: 'Ward is warm' }).waitFor();
    await shown(page, number);
    await page.goto(at('/outbox'));
    await shown(page, m.outbox_empty_heading());
    const all = { document: company, prune: false, dryRun: false };
    expect((await house.operator('/api/directory', { json: all })).status).toBe(200);
  });

  test('what is not sent can be withdrawn, and is gone from the list', async () => {
    await context.setOffline(true);
    await report(page, 'A false alarm');
    await page.goto(at('/'));
    await shown(page, 'A false alarm');
    await page.getByText('A false alarm').click();
    await press(page, m.ticket_withdraw());
    await page.getByRole('dialog').getByRole('button', { name: m.ticket_withdraw() }).click();
    await page.getByRole('heading', { name: m.work_heading() }).waitFor();
    await page.getByText('A false alarm').first().waitFor({ state: 'detached' });
  });

  // Without a poke a device asks once a minute; nothing here waits so long.
  test('a colleague’s ticket appears without touching anything', async () => {
    const lena = await house.as('lena');
    const json = reportMessage('Brine pump stands', { site: 'oven-hall' });
    expect((await lena('/api/commands', { json })).status).toBe(200);
    await shown(page, 'Brine pump stands');
  });

  test('with an ended session one goes on working, and signing in sends it', async () => {
    await context.clearCookies();
    await page.reload();
    await shown(page, m.expired());
    await report(page, 'Valve sticks');
    await shown(page, m.on_this_device());
    await shown(page, m.expired_unsent());
    await page.getByRole('link', { name: m.sign_in() }).first().click();
    await page.getByLabel(m.signin_email()).fill(company.people.mara.email);
    await page.getByLabel(m.signin_password()).fill(password);
    await press(page, m.sign_in());
    await page.getByRole('heading', { name: 'Valve sticks' }).waitFor();
    await shown(page, number);
    expect(faults).toEqual([]);
  });
});

type Noted = { readonly wereShown: boolean };

/** In the page: whether these words were shown from now on, for a frame or longer. */
function noteWords(words: string): void {
  const noted = { wereShown: false };
  Object.defineProperty(window, 'wereShown', { get: () => noted.wereShown });
  new MutationObserver(() => {
    if (document.body.textContent?.includes(words)) noted.wereShown = true;
  }).observe(document, { subtree: true, childList: true, characterData: true });
}
