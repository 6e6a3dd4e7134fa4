import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, openDevice, sheetClosed } from '../harness/browser.ts';
import { reportMessage } from '../harness/command.ts';
import { company, password } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { writeReport } from '../harness/report-form.ts';

let browser: Browser;
let house: TestHouse;
let context: BrowserContext;
let page: Page;
let faults: readonly string[];
const pump = reportMessage('Pump 3 leaks', { site: 'oven-hall', severity: 'S2' });

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  const [lena] = await Promise.all([house.as('lena'), house.as('mara')]);
  expect((await lena('/api/commands', { json: pump })).status).toBe(200);
});
afterAll(() => Promise.all([browser.close(), house.close()]));
beforeEach(async () => {
  ({ context, page, faults } = await openDevice(browser, 'phone'));
  const { email } = company.people.mara;
  const at = (path: string): string => new URL(path, house.config.publicUrl).href;
  await context.request.post(at('/api/session'), { data: { email, password } });
  await page.goto(at('/'));
  await page.getByText(pump.command.args.title).first().waitFor();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const sheet = () => page.getByRole('dialog');
const work = (): Promise<void> => page.getByRole('heading', { name: m.work_heading() }).waitFor();
const ticket = (): Promise<void> =>
  page.getByRole('heading', { name: pump.command.args.title }).waitFor();
const closed = (): Promise<void> => sheetClosed(page);

async function openTicket(): Promise<void> {
  await page.getByText(pump.command.args.title).first().click();
  await ticket();
}
async function openUpdate(): Promise<void> {
  await button(m.command_progress()).click();
  await sheet().waitFor();
}
/** Back leads to the work, at once: nothing else is in between. */
async function expectWorkBehind(): Promise<void> {
  await ticket();
  await page.goBack();
  await work();
}

describe('Back while a sheet is open', () => {
  test('closes it and keeps its words; once more leaves the ticket', async () => {
    await openTicket();
    await openUpdate();
    await page.getByLabel(m.act_note()).fill('Seal is gone');
    await page.goBack();
    await closed();
    await ticket();
    await openUpdate();
    await expect.poll(() => page.getByLabel(m.act_note()).inputValue()).toBe('Seal is gone');
    await page.goBack();
    await closed();
    await expectWorkBehind();
    expect(faults).toEqual([]);
  });

  test('closes a sheet that another one led to', async () => {
    await openTicket();
    await button(m.act_more_heading()).click();
    await sheet().getByRole('button', { name: m.command_change_severity() }).click();
    await sheet().locator('form').waitFor();
    await page.goBack();
    await closed();
    await expectWorkBehind();
  });

  test('followed by Forward opens nothing, and Back still leaves', async () => {
    await openTicket();
    await openUpdate();
    await page.goBack();
    await closed();
    await page.evaluate(() => history.forward());
    await expectWorkBehind();
    expect(await sheet().count()).toBe(0);
  });

  test('leaves the ticket where the screen was loaded anew', async () => {
    await openTicket();
    await openUpdate();
    await page.reload();
    await closed();
    await expectWorkBehind();
  });
});

describe('a sheet that was closed', () => {
  test.each([
    ['by its button', () => sheet().getByRole('button', { name: m.act_later() }).click()],
    ['by Escape', () => page.keyboard.press('Escape')],
    ['by a tap beside it', () => page.mouse.click(180, 20)],
  ])('%s leaves nothing behind that Back would stop at', async (_, close) => {
    await openTicket();
    await openUpdate();
    await close();
    await closed();
    await expectWorkBehind();
    expect(faults).toEqual([]);
  });

  test('to go elsewhere leaves nothing behind either', async () => {
    await openTicket();
    await page.goBack();
    await work();
    await page.getByRole('link', { name: m.report_heading() }).click();
    await page.route('**/api/sync', (route) => route.abort());
    await writeReport(page, 'Oven 2 stays cold');
    await button(m.ticket_withdraw()).click();
    await sheet().getByRole('button', { name: m.ticket_withdraw() }).click();
    await work();
    await closed();
    const length = await page.evaluate(() => history.length);
    await page.goBack();
    await work();
    expect(
      await page.evaluate(() => ({ path: location.pathname, length: history.length })),
    ).toEqual({
      path: '/',
      length,
    });
    expect(faults).toEqual([]);
  });
});
