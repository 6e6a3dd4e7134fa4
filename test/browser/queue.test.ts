import { AxeBuilder } from '@axe-core/playwright';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, openDevice, sheetClosed, type Size, sizes } from '../harness/browser.ts';
import { company, password } from '../harness/company.ts';
import { minutes, tellStory, type Story } from '../harness/story.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

// Dora dispatches. An S1 was reported two minutes ago and pages somebody in three; an S2 is in Mara's hands; an S4 nobody has.
describe('a dispatcher at a desk', () => {
  let story: Story;
  let context: BrowserContext;
  let page: Page;
  let faults: readonly string[];
  let fan: string;
  let chiller: string;

  beforeEach(async () => {
    story = await tellStory('sqlite');
    fan = await story.report('otto', 'Condenser fan 2 stopped', { severity: 'S2' });
    await story.act('mara', fan, 'acknowledge', {});
    chiller = await story.report('otto', 'Chiller loses charge', { severity: 'S4' });
    await story.report('otto', 'Compressor cycles', { severity: 'S1' });
    await story.house.forward(minutes(2));
    await open('desk');
    return () => story.end();
  });

  async function open(size: Size): Promise<void> {
    ({ context, page, faults } = await openDevice(browser, size));
    const { email } = company.people.dora;
    await story.house.parts.auth.setPassword('dora', password);
    await context.request.post(at('/api/session'), { data: { email, password } });
    await page.goto(at('/queue'));
    await page.getByText('Compressor cycles').first().waitFor();
    // Keys act through it.
    if (size === 'desk') await foot().waitFor();
  }

  const at = (path: string): string => new URL(path, story.house.config.publicUrl).href;
  const row = (title: string) => page.locator('.queue tbody tr').filter({ hasText: title });
  const titles = () => page.locator('.queue td.t a').allInnerTexts();
  const pane = () => page.getByRole('complementary', { name: m.queue_pane() });
  const shown = () => pane().getByRole('heading', { level: 2 }).first().innerText();
  const view = (words: string, n: number) =>
    page.getByRole('button', { name: `${words} ${n}`, exact: true });
  const foot = () => page.locator('.q-foot');

  test('sees what nobody has first, with a count to whom it pages, and the ticket beside it', async () => {
    await expect
      .poll(titles)
      .toEqual(['Compressor cycles', 'Chiller loses charge', 'Condenser fan 2 stopped']);
    await expect
      .poll(() => row('Compressor').locator('.run').innerText())
      .toMatch(/^[23]:\d\d to Lena and Otto$/);
    await row('Compressor').filter({ hasText: m.queue_nobody() }).waitFor();
    await row('Condenser')
      .filter({ hasText: /Mara\s+acked \d\d:\d\d/ })
      .waitFor();
    await expect.poll(shown).toBe('Compressor cycles');
    await pane().locator('.rung.is-live').waitFor();
    expect(faults).toEqual([]);
  });

  test('acknowledges by a key, and it leaves what nobody has; another one moves as somebody else takes it', async () => {
    await view(m.queue_free(), 2).click();
    await expect.poll(titles).toEqual(['Compressor cycles', 'Chiller loses charge']);
    await page.keyboard.press('e');
    await expect.poll(titles).toEqual(['Chiller loses charge']);
    await pane().getByText(m.has_me()).first().waitFor();
    // It is shown still; a step leads to what stands in its place.
    expect(await shown()).toBe('Compressor cycles');
    await page.keyboard.press('j');
    await expect.poll(shown).toBe('Chiller loses charge');
    await expect.poll(() => new URL(page.url()).search).toBe(`?view=free&ticket=${chiller}`);

    await story.act('mara', chiller, 'acknowledge', {});
    await page.getByRole('heading', { name: m.queue_no_match_heading() }).waitFor();
    await page.getByRole('button', { name: m.queue_see_all() }).click();
    await row('Chiller').filter({ hasText: 'Mara' }).waitFor();
    expect(faults).toEqual([]);
  });

  test('goes on without a network, and is told what the server does not know', async () => {
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await context.setOffline(true);
    await page.reload();
    await row('Compressor cycles').waitFor();
    await foot().waitFor();
    await page.keyboard.press('e');
    await row('Compressor').filter({ hasText: m.on_this_device() }).waitFor();
    await row('Compressor').filter({ hasText: m.coming_unsent() }).waitFor();
    await page
      .locator('.sync.is-off')
      .getByText(m.sync_unsent({ n: 1 }))
      .waitFor();
    expect(
      await pane()
        .getByText(m.event_acknowledged({ who: 'Dora' }))
        .count(),
    ).toBe(0);

    await context.setOffline(false);
    await row('Compressor')
      .filter({ hasText: /you\s+acked/ })
      .waitFor();
    expect(faults).toEqual([]);
  });

  test('hands over two at once with one note, and is told what was left out', async () => {
    await page.keyboard.press('x');
    await row('Condenser').getByRole('checkbox').check();
    await foot()
      .getByText(m.queue_chosen({ n: 2 }))
      .waitFor();
    await page.keyboard.press('t');
    const sheet = page.getByRole('dialog', { name: m.queue_transfer_many({ n: 2 }) });
    await sheet.getByLabel(m.act_team()).selectOption('desk');
    await sheet.getByLabel(m.act_needed()).fill('A second pair of hands');
    await sheet.getByRole('button', { name: m.command_transfer() }).click();
    await sheetClosed(page);
    await foot()
      .getByText(m.queue_done({ n: 2, what: m.command_transfer() }))
      .waitFor();
    await expect.poll(async () => (await story.ticket(fan)).team).toMatchObject({ key: 'desk' });
    const { events } = await story.timeline(fan);
    expect(JSON.stringify(events)).toContain('A second pair of hands');

    // One of all three is hers by now.
    await page.keyboard.press('e');
    await row('Compressor').filter({ hasText: m.queue_me() }).waitFor();
    await page.getByRole('checkbox', { name: m.queue_choose_all() }).check();
    await page.keyboard.press('e');
    await foot()
      .getByText(m.queue_left_out({ n: 1 }))
      .waitFor();
    await expect.poll(async () => (await story.stands(chiller)).owner).toBe('dora');
    expect(faults).toEqual([]);
  });

  test('moves by keys, which are no keys while one types, and Back leads to the ticket before', async () => {
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: m.keys_heading() });
    await sheet.getByText(m.keys_acknowledge()).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Escape');
    await sheetClosed(page);
    await expect.poll(shown).toBe('Compressor cycles');

    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await expect.poll(shown).toBe('Condenser fan 2 stopped');
    await page.keyboard.press('n');
    await page.getByLabel(m.act_note()).pressSequentially('jet pump next');
    await page.getByRole('dialog').getByRole('button', { name: m.command_progress() }).click();
    await sheetClosed(page);
    await pane().getByText('jet pump next').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe(`?ticket=${fan}`);

    await row('Chiller').getByRole('link').click();
    await expect.poll(shown).toBe('Chiller loses charge');
    await page.goBack();
    await expect.poll(shown).toBe('Condenser fan 2 stopped');

    await row('Condenser').getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Condenser fan 2 stopped' }).waitFor();
    await page.getByRole('link', { name: m.back_to_work() }).click();
    await expect.poll(shown).toBe('Condenser fan 2 stopped');

    await page.keyboard.press('/');
    await page.getByRole('searchbox').fill('chiller');
    await page.locator('.tt-title').getByText('Chiller loses charge').waitFor();
    expect(faults).toEqual([]);
  });

  test('goes Back to where it began, and keeps its address while something stands above', async () => {
    await row('Condenser').getByRole('link').click();
    await expect.poll(shown).toBe('Condenser fan 2 stopped');
    await expect.poll(() => new URL(page.url()).search).toBe(`?ticket=${fan}`);
    await page.goBack();
    await expect.poll(shown).toBe('Compressor cycles');

    await page.keyboard.press('j');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: m.keys_heading() }).waitFor();
    await page.keyboard.press('Escape');
    await sheetClosed(page);
    await expect.poll(() => new URL(page.url()).search).toBe(`?ticket=${chiller}`);
    expect(faults).toEqual([]);
  });

  test('means by a key only what is seen, and words leave what is chosen as it is', async () => {
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(shown).toBe('Condenser fan 2 stopped');
    await page.keyboard.press('n');
    await page.getByLabel(m.act_note()).fill('Turned it');
    await page.getByRole('dialog').getByRole('button', { name: m.command_progress() }).click();
    await sheetClosed(page);
    await foot()
      .getByText(m.queue_done({ n: 1, what: m.command_progress() }))
      .waitFor();
    await foot()
      .getByText(m.queue_chosen({ n: 1 }))
      .waitFor();

    // No room beside the list, and the view leaves out the one that was shown.
    await page.setViewportSize({ width: 1000, height: 900 });
    await pane().waitFor({ state: 'detached' });
    await view(m.queue_free(), 2).click();
    await row('Condenser').waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: m.keys_heading() }).waitFor();
    expect(faults).toEqual([]);
  });

  test('finds the tickets whose people cannot be reached, and who they are', async () => {
    await view(m.queue_unreached(), 0).waitFor();
    story.answer('mara-1', { kind: 'gone', detail: '410' });
    await story.report('otto', 'Door 4 stands open', { severity: 'S1' });
    await view(m.queue_unreached(), 1).click();
    await expect.poll(titles).toEqual(['Door 4 stands open']);
    await row('Door 4')
      .getByText(m.queue_not_reached({ who: 'Mara' }))
      .waitFor({ state: 'attached' });
    expect(faults).toEqual([]);
  });

  test('sees what clients are promised, and which promise is at risk', async () => {
    const targets = { S3: { 'first-response': '1h', resolution: '4h' }, S2: { resolution: '1m' } };
    const calm = { name: 'Bakery', client: 'bakery', policies: 'calm', targets };
    await story.edit({ contracts: { calm } });
    await story.report('otto', 'Belt 1 slips', { severity: 'S3' });
    await story.report('otto', 'Belt 2 slips', { severity: 'S2' });
    await row('Belt 1').filter({ hasText: '1 h' }).waitFor();
    await page.getByRole('columnheader', { name: m.queue_col_promise() }).waitFor();
    await view(m.queue_risk(), 0).waitFor();
    await story.house.forward(minutes(2));
    await story.act('mara', fan, 'progress', { note: 'Turned it' });
    await view(m.queue_risk(), 1).waitFor();
    expect(faults).toEqual([]);
  });

  test('has a plain list on a phone, in the same order', async () => {
    await open('phone');
    const list = page.locator('.tt-title');
    await expect
      .poll(() => list.allInnerTexts())
      .toEqual(['Compressor cycles', 'Chiller loses charge', 'Condenser fan 2 stopped']);
    await page.setViewportSize(sizes.desk);
    await row('Compressor cycles').waitFor();
  });

  test('stands no harm by axe, with a ticket beside it and with several chosen', async () => {
    await pane().locator('.rung.is-live').waitFor();
    await page.keyboard.press('x');
    await foot()
      .getByText(m.queue_chosen({ n: 1 }))
      .waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});

test('three hundred tickets are moved through without a wait', { timeout: 120_000 }, async () => {
  const story = await tellStory('sqlite');
  try {
    for (let n = 1; n <= 300; n += 1) {
      await story.report('otto', `Sensor ${n} is silent`, { severity: n % 5 ? 'S3' : 'S2' });
    }
    const { context, page } = await openDevice(browser, 'desk');
    await story.house.parts.auth.setPassword('dora', password);
    const { email } = company.people.dora;
    const url = (path: string) => new URL(path, story.house.config.publicUrl).href;
    await context.request.post(url('/api/session'), { data: { email, password } });
    await page.goto(url('/queue'));
    await page
      .locator('.q-foot')
      .getByText(m.queue_shown({ n: 300, all: 300 }))
      .waitFor();
    for (let n = 0; n < 20; n += 1) await page.keyboard.press('j');
    const rows = page.locator('.queue tbody tr');
    await expect.poll(() => rows.nth(20).getAttribute('class')).toContain('is-shown');
  } finally {
    await story.end();
  }
});

test('whoever looks over nobody’s work has no queue among his places', async () => {
  const story = await tellStory('sqlite');
  try {
    const places = async (person: 'mara' | 'lena') => {
      const { context, page } = await openDevice(browser, 'desk');
      await story.house.parts.auth.setPassword(person, password);
      const url = (path: string) => new URL(path, story.house.config.publicUrl).href;
      const { email } = company.people[person];
      await context.request.post(url('/api/session'), { data: { email, password } });
      await page.goto(url('/'));
      await page
        .getByText(/^As of/)
        .filter({ visible: true })
        .first()
        .waitFor();
      return page.getByRole('navigation').getByRole('link', { name: m.nav_queue() });
    };
    // Lena leads a team.
    await (await places('lena')).waitFor();
    expect(await (await places('mara')).count()).toBe(0);
  } finally {
    await story.end();
  }
});
