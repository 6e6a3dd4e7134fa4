import { m } from '@rung/messages/compiled/messages.js';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { company, password } from '../harness/company.ts';
import { minutes, tellStory, type Story } from '../harness/story.ts';

// Six minutes ago an S1 was reported, whose next page goes out four minutes from now; the S2 is another team's reporter's.
describe('my work', () => {
  let browser: Browser;
  let story: Story;
  let context: BrowserContext;
  let page: Page;
  let faults: readonly string[];
  let fan: string;

  beforeAll(async () => {
    [browser, story] = await Promise.all([openBrowser(), tellStory('sqlite')]);
    await story.as('mara');
    fan = await story.report('otto', 'Condenser fan 2 stopped', { severity: 'S2' });
    await story.act('mara', fan, 'acknowledge', {});
    await story.act('mara', fan, 'progress', { note: 'Ordered a new contactor' });
    const loop = await story.report('otto', 'Heating loop loses pressure', { site: null });
    await story.act('otto', loop, 'acknowledge', {});
    const door = await story.report('mara', 'Door seal torn', { severity: 'S4' });
    await story.act('mara', door, 'acknowledge', {});
    await story.act('mara', door, 'resolve', { resolution: 'Glued' });
    await story.report('mara', 'Chiller loses charge', { severity: 'S4' });
    await story.report('dora', 'Compressor cycles', { severity: 'S1' });
    await story.house.forward(minutes(2));
  });
  afterAll(() => Promise.all([browser.close(), story.end()]));
  beforeEach(async () => {
    ({ context, page, faults } = await openDevice(browser, 'phone'));
    const { email } = company.people.mara;
    await context.request.post(at('/api/session'), { data: { email, password } });
    await page.addInitScript(noteTimes, 'Compressor cycles');
    await page.goto(at('/'));
    await row('Compressor cycles').waitFor();
  });

  const at = (path: string): string => new URL(path, story.house.config.publicUrl).href;
  const row = (title: string) => page.locator('.tt > li').filter({ hasText: title });
  const titles = () => page.locator('.tt-title').allInnerTexts();
  const whose = (word: string, n: number) =>
    page.getByRole('radio', { name: `${word} ${n}`, exact: true });
  const field = () => page.getByRole('searchbox');
  /** By the server's clock from the first frame on: this device's own is elsewhere. */
  const expectServerTimes = async (): Promise<void> => {
    const shown = await page.evaluate(() => (window as unknown as { times: string[] }).times);
    expect(shown).toEqual(shown.map(() => expect.stringMatching(/^[0-3]:\d\d$/)));
    expect(shown.length).toBeGreaterThan(0);
  };
  const searched = () => new URL(page.url()).search;

  test('stands in the order in which it has to be done, and says who has it and what comes next', async () => {
    await expect
      .poll(titles)
      .toEqual(['Compressor cycles', 'Chiller loses charge', 'Condenser fan 2 stopped']);
    await row('Compressor')
      .filter({ hasText: /Nobody has it; next page \d\d:\d\d/ })
      .waitFor();
    await row('Condenser')
      .filter({ hasText: /You have it; asked \d\d:\d\d/ })
      .waitFor();
    expect(faults).toEqual([]);
  });

  test('counts down to what happens within ten minutes', async () => {
    const time = row('Compressor').locator('time b');
    const before = await time.innerText();
    expect(before).toMatch(/^[23]:\d\d$/);
    await expectServerTimes();
    await expect.poll(() => time.innerText()).not.toBe(before);
    expect(await time.innerText()).toMatch(/^[23]:\d\d$/);
  });

  test('is there without a network after a reload, and goes on counting', async () => {
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await context.setOffline(true);
    await page.reload();
    await row('Compressor cycles').waitFor();
    await expectServerTimes();
    await page.getByRole('button', { name: m.search_open() }).click();
    await field().fill('contactor');
    await row('Condenser fan 2 stopped').locator('mark').waitFor();
    expect(faults).toEqual([]);
  });

  test('a ticket of today names no day, whatever day it is on this device', async () => {
    await page.goto(at(`/tickets/${fan}`));
    await page.locator('.tl li').filter({ hasText: 'Ordered a new contactor' }).waitFor();
    await page.locator('dd time').first().waitFor();
    const times = await page.locator('.tl time, dd time').allInnerTexts();
    expect(times).toEqual(times.map(() => expect.stringMatching(/^\d\d:\d\d$/)));
  });

  test('shows a team’s on a tap, narrows by severity and place, and is as narrow when one comes back', async () => {
    await whose(m.work_teams(), 4).check();
    await row('Heating loop').waitFor();
    await page.getByRole('button', { name: m.work_filter() }).click();
    await page.getByRole('checkbox', { name: 'S2' }).check();
    await whose(m.work_teams(), 1).waitFor();
    await page.getByRole('checkbox', { name: 'S3' }).check();
    await expect.poll(titles).toEqual(['Condenser fan 2 stopped', 'Heating loop loses pressure']);
    await page.getByLabel(m.report_site()).selectOption('oven-hall');
    await expect.poll(titles).toEqual(['Condenser fan 2 stopped']);
    const search = '?who=teams&sev=S2,S3&site=oven-hall';
    await expect.poll(searched).toBe(search);

    await row('Condenser').getByRole('link').click();
    await page.getByRole('heading', { name: 'Condenser fan 2 stopped' }).waitFor();
    await page.goBack();
    await expect.poll(titles).toEqual(['Condenser fan 2 stopped']);
    await row('Condenser').getByRole('link').click();
    await page.getByRole('link', { name: m.back_to_work() }).click();
    await expect.poll(titles).toEqual(['Condenser fan 2 stopped']);
    await expect.poll(searched).toBe(search);

    await page.getByRole('checkbox', { name: 'S2' }).uncheck();
    await page.getByRole('heading', { name: m.work_no_match_heading() }).waitFor();
    await page.getByRole('button', { name: m.work_clear() }).first().click();
    await expect.poll(async () => (await titles()).length).toBe(4);
  });

  test('keeps what is solved out of the way until it is asked for', async () => {
    expect(await row('Door seal torn').count()).toBe(0);
    await page.getByRole('button', { name: m.work_over_show() }).click();
    await row('Door seal torn').filter({ hasText: 'Solved; closes' }).waitFor();
  });

  test('is searched by number, with a slip, by place and by what was said, solved tickets too', async () => {
    await page.keyboard.press('/');
    await expect.poll(() => field().evaluate((it) => it === document.activeElement)).toBe(true);
    await page.getByText(m.search_over({ n: 5 }).slice(0, 18)).waitFor();
    for (const [typed, title] of [
      ['1003', 'Door seal torn'],
      ['#1001', 'Condenser fan 2 stopped'],
      ['kompressor', 'Compressor cycles'],
      ['contactor', 'Condenser fan 2 stopped'],
    ] as const) {
      await field().fill(typed);
      await expect.poll(async () => (await titles())[0]).toBe(title);
    }
    await field().fill('oven hall');
    await expect.poll(async () => (await titles()).length).toBe(4);
    expect(await titles()).not.toContain('Heating loop loses pressure');
    await field().fill('nothing like it');
    await page.getByRole('heading', { name: m.search_none_heading() }).waitFor();
  });

  test('is searched with the keyboard alone, and the search is there again when one comes back', async () => {
    await page.keyboard.press('/');
    await field().fill('oven');
    await expect.poll(async () => (await titles()).length).toBe(4);
    const [, second = ''] = await titles();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(searched).toBe('?q=oven');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: second }).waitFor();
    await page.goBack();
    await expect.poll(async () => (await titles()).length).toBe(4);
    await field().press('Escape');
    await field().waitFor({ state: 'detached' });
    await row('Compressor cycles').waitFor();
    expect(faults).toEqual([]);
  });

  test('stands no harm by axe, narrowed and searched', async () => {
    for (const path of ['/?who=teams&sev=S1,S2', '/?q=compressor']) {
      await page.goto(at(path));
      await row('Compressor cycles').waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
    }
  });
});

/** In the page: every time that the row of this title ever shows. */
function noteTimes(title: string): void {
  const times: string[] = [];
  Object.assign(window, { times });
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('.tt > li')) {
      if (row.querySelector('.tt-title')?.textContent !== title) continue;
      times.push(row.querySelector('time b')?.textContent ?? '');
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}
