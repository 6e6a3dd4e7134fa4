import { ratings } from '@rung/domain/ticket/severity.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { company, password, type PersonKey } from '../harness/company.ts';
import { onDisk } from '../harness/on-disk.ts';
import { rate, whatField } from '../harness/report-form.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

let browser: Browser;
let house: TestHouse;
let context: BrowserContext;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  await Promise.all([house.as('mara'), house.as('lena')]);
});
afterAll(() => Promise.all([browser.close(), house.close()]));
beforeEach(async () => {
  ({ context, page, faults } = await openDevice(browser, 'phone'));
  await signIn('mara');
});

const at = (path: string): string => new URL(path, house.config.publicUrl).href;

/** By the API: the pages learn it when they are loaded. */
async function signIn(person: PersonKey): Promise<void> {
  const { email } = company.people[person];
  await context.request.post(at('/api/session'), { data: { email, password } });
}

async function openTab(path: string): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(at(path));
  return tab;
}

const shown = (on: Page, text: string): Promise<void> =>
  on.getByText(text).filter({ visible: true }).first().waitFor();
const take = (on: Page) => on.getByLabel(m.report_take());
const press = (on: Page, name: string): Promise<void> =>
  on.getByRole('button', { name, exact: true }).click();
const number = /#\d{4}/;
const whenKept = (on: Page): Promise<void> => on.getByText(/Draft kept/).waitFor();

/** A form with the beginning of a report in it, kept. */
async function begin(words: string): Promise<void> {
  await page.goto(at('/report'));
  await whatField(page).fill(words);
  await whenKept(page);
}

async function sendAndSee(on: Page, words: string): Promise<void> {
  await press(on, m.report_send());
  await on.getByRole('heading', { name: words }).waitFor();
  await on.getByText(number).first().waitFor();
}

async function signOutWithText(tab: Page): Promise<void> {
  await tab.goto(at('/you'));
  await press(tab, m.you_sign_out());
  await press(tab, m.you_discard());
  await tab.getByRole('heading', { name: m.signin_heading() }).waitFor();
}

describe('with two tabs', () => {
  test('what is typed after another tab discarded the draft is kept, and sent', async () => {
    await begin('Pump 3 leaks');
    const other = await openTab(page.url());
    await press(other, m.report_discard());
    await other.getByRole('dialog').getByRole('button', { name: m.report_discard() }).click();
    await shown(page, m.report_gone());
    await whatField(page).pressSequentially('\nSince noon');
    await whenKept(page);
    await rate(page);
    await sendAndSee(page, 'Pump 3 leaks');
    await shown(page, 'Since noon');
    expect(faults).toEqual([]);
  });

  test('Send right after another tab discarded the draft sends it', async () => {
    await begin('Pump 4 leaks');
    await rate(page);
    const other = await openTab(page.url());
    await press(other, m.report_discard());
    await other.getByRole('dialog').getByRole('button', { name: m.report_discard() }).click();
    await shown(page, m.report_gone());
    await sendAndSee(page, 'Pump 4 leaks');
  });

  test('a database deleted under the page loses nothing that stands on it', async () => {
    await begin('Pump 5 leaks');
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const deleting = indexedDB.deleteDatabase('rung-mara');
          deleting.onsuccess = () => resolve();
          deleting.onerror = reject;
        }),
    );
    await rate(page);
    await whenKept(page);
    await sendAndSee(page, 'Pump 5 leaks');
  });

  test('each keeps the fields the other wrote, and shows them', async () => {
    await begin('Oven');
    const other = await openTab(page.url());
    await expect.poll(() => whatField(other).inputValue()).toBe('Oven');
    await whatField(page).fill('Oven 2 stays cold');
    await take(page).check();
    await expect.poll(() => take(other).isChecked()).toBe(true);
    await take(other).uncheck();
    await expect.poll(() => take(page).isChecked()).toBe(false);
    await other.reload();
    await expect.poll(() => whatField(other).inputValue()).toBe('Oven 2 stays cold');
    await rate(other);
    await sendAndSee(other, 'Oven 2 stays cold');
    // The tab that only looked on follows to the ticket.
    await page.getByRole('heading', { name: 'Oven 2 stays cold' }).waitFor();
    await page.getByText(number).first().waitFor();
  });

  test('signing out in one says so in the other, keeps its words on the screen and nothing else', async () => {
    await begin('Fan 1 rattles');
    const other = await openTab('/you');
    await signOutWithText(other);
    await shown(page, m.left_deleted());
    await whatField(page).pressSequentially('\nQuite loud');
    expect(await whatField(page).inputValue()).toBe('Fan 1 rattles\nQuite loud');
    expect(await page.getByText(/Draft kept/).count()).toBe(0);
    // Signed in again there, it goes on here.
    await other.getByLabel(m.signin_email()).fill(company.people.mara.email);
    await other.getByLabel(m.signin_password()).fill(password);
    await press(other, m.sign_in());
    await other.getByRole('heading', { name: m.work_heading() }).waitFor();
    await whenKept(page);
    await rate(page);
    await sendAndSee(page, 'Fan 1 rattles');
    await shown(page, 'Quite loud');
    expect(faults).toEqual([]);
  });

  test('signing out in one shows the door in the other where nothing is typed', async () => {
    await page.goto(at('/'));
    await page.getByRole('heading', { name: m.work_heading() }).waitFor();
    const other = await openTab('/you');
    await press(other, m.you_sign_out());
    await page.getByRole('heading', { name: m.signin_heading() }).waitFor();
  });

  test('somebody else who signed in elsewhere is named at Send; the report waits for its writer', async () => {
    await begin('Valve sticks');
    await rate(page);
    await whenKept(page);
    await signIn('lena');
    await press(page, m.report_send());
    await shown(page, m.left_other({ other: 'Lena' }));
    await shown(page, m.left_waits({ name: 'Mara' }));
    await shown(page, m.waiting_heading());
    await press(page, m.left_go_on());
    await page.getByRole('heading', { name: m.work_heading() }).waitFor();
    await page.getByText('Valve sticks').waitFor({ state: 'detached' });
    // It waits for the one who wrote it.
    await signIn('mara');
    await page.goto(at('/'));
    await shown(page, m.left_other({ other: 'Mara' }));
    await press(page, m.left_go_on());
    await expect
      .poll(() => page.evaluate(async () => (await fetch('/api/tickets')).text()))
      .toContain('Valve sticks');
  });
});

describe('where the device keeps nothing', () => {
  test('storage that fails at Send: the report is sent all the same', async () => {
    await begin('Belt torn');
    await rate(page);
    await whenKept(page);
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    });
    await sendAndSee(page, 'Belt torn');
    expect(faults).toEqual([]);
  });

  test('storage that fails and no server: the words stay, said not to be kept, and arrive later', async () => {
    await begin('Belt slips');
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    });
    await rate(page);
    await shown(page, m.report_not_kept());
    expect(await page.getByText(/Draft kept/).count()).toBe(0);
    await context.route('**/api/**', (route) => route.abort());
    await press(page, m.report_send());
    await shown(page, m.waiting_unreachable());
    await shown(page, m.report_not_kept());
    await shown(page, 'Belt slips');
    // Elsewhere in the app and back: still there.
    await page.getByRole('link', { name: m.back_to_work() }).click();
    await page.getByRole('link', { name: 'Belt slips' }).click();
    await shown(page, m.waiting_unreachable());
    await context.unroute('**/api/**');
    await press(page, m.waiting_try());
    await page.getByText(number).first().waitFor();
    expect(faults).toEqual([]);
  });

  test('without IndexedDB a report is sent from memory, and signing out works', async () => {
    await context.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', { value: undefined });
    });
    await page.goto(at('/'));
    await shown(page, m.storage_broken());
    await page.goto(at('/report'));
    await shown(page, m.storage_broken());
    await whatField(page).fill('Lamp dark');
    await rate(page);
    await sendAndSee(page, 'Lamp dark');
    await page.goto(at('/you'));
    await press(page, m.you_sign_out());
    await page.getByRole('heading', { name: m.signin_heading() }).waitFor();
    expect(faults).toEqual([]);
  });
});

describe('one form', () => {
  test('a paste that is too long stays whole, says by how much, and is not sent', async () => {
    await begin('Long story');
    await rate(page);
    await whatField(page).fill(`Long story\n${'x'.repeat(30_000)}`);
    await shown(page, m.report_too_long({ n: '10,000' }));
    await press(page, m.report_send());
    expect(await whatField(page).evaluate((field) => field === document.activeElement)).toBe(true);
    expect((await whatField(page).inputValue()).length).toBe(30_011);
    await whatField(page).fill(`Long story\n${'x'.repeat(20_000)}`);
    await sendAndSee(page, 'Long story');
  });

  test('a second report can be begun while one is unfinished', async () => {
    await begin('Pump 6 leaks');
    await page.goto(at('/'));
    await page.getByRole('link', { name: m.report_heading() }).filter({ visible: true }).click();
    await shown(page, m.report_unfinished({ title: 'Pump 6 leaks' }));
    expect(await whatField(page).inputValue()).toBe('');
    await whatField(page).fill('Pump 7 leaks');
    await rate(page);
    // "Draft kept" says it of the key before: here the last tap has to be kept, too.
    const form = { what: 'Pump 7 leaks', ...ratings.S2 };
    await expect
      .poll(() => onDisk(page, 'mara', 'draft'))
      .toContainEqual(expect.objectContaining({ form: expect.objectContaining(form) as unknown }));
    await page.reload();
    await expect.poll(() => whatField(page).inputValue()).toBe('Pump 7 leaks');
    await sendAndSee(page, 'Pump 7 leaks');
    await page.goto(at('/report'));
    await page.getByRole('link', { name: m.report_unfinished_open() }).click();
    await expect.poll(() => whatField(page).inputValue()).toBe('Pump 6 leaks');
    expect(faults).toEqual([]);
  });

  test('a text with nothing to see is marked, not sent', async () => {
    await page.goto(at('/report'));
    await rate(page);
    await whatField(page).fill('\u200B\u200B');
    await press(page, m.report_send());
    await shown(page, m.report_what_missing());
  });
});
