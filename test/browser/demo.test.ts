import { AxeBuilder } from '@axe-core/playwright';
import { m } from '@rung/messages/compiled/messages.js';
import type { DemoPhones } from '@rung/protocol/demo.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openDevice, sheetClosed, type Size } from '../harness/browser.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { onDisk } from '../harness/on-disk.ts';
import { pagingBy } from '../harness/paged-phone.ts';
import { takePushes } from '../harness/push-browser.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';
import { targetsOn } from '../harness/targets.ts';

let browser: Browser;
let service: PushService;
let house: TestHouse;
beforeAll(async () => {
  [browser, service] = await Promise.all([openBrowser(), openPushService()]);
  house = await testHouse('sqlite', { isEmpty: true, demo: true, ...pagingBy(service) });
});
afterAll(() => Promise.all([browser.close(), service.close(), house.close()]));

const at = (path: string): string => new URL(path, house.config.publicUrl).href;
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const bar = (page: Page) => page.getByRole('complementary', { name: m.demo_label() });

async function be(page: Page, name: string): Promise<void> {
  await page.goto(at('/'));
  await button(page, new RegExp(name)).click();
  await bar(page).getByText(name).filter({ visible: true }).waitFor();
}

async function openSheet(page: Page): Promise<void> {
  await button(page, m.demo_be_other()).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Dora|Mara/ })
    .first()
    .waitFor();
}

const work = (page: Page) =>
  page.getByRole('heading', { name: m.work_heading(), level: 1 }).waitFor();

/** What is kept in this browser, by the names of its databases. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).join(' '));

test('a newcomer is Mara by one click, and every screen says that it is a demo', async () => {
  const { page, faults } = await openDevice(browser, 'phone');
  await page.goto(at('/'));
  await page.getByRole('heading', { name: m.demo_heading() }).waitFor();
  await bar(page).getByText(m.demo_made_up()).waitFor();
  await page.getByText(m.demo_sees_technician()).waitFor();
  await page.getByText(m.demo_sees_client({ client: 'Tidewell Bakeries' })).waitFor();
  await button(page, /Mara Lindqvist/).click();
  await work(page);
  for (const path of ['/', '/report', '/pages', '/outbox', '/you', '/nowhere', '/demo']) {
    await page.goto(at(path));
    await bar(page).getByText('Mara Lindqvist').filter({ visible: true }).waitFor();
  }
  // One line, and not over what is below it.
  const { height } = (await bar(page).boundingBox())!;
  expect(height).toBeLessThanOrEqual(45);
  expect(faults).toEqual([]);
});

test('who has a password comes in by the form, behind a link', async () => {
  const { page } = await openDevice(browser, 'phone');
  await page.goto(at('/'));
  await button(page, m.demo_by_mail()).click();
  await page.getByLabel(m.signin_email()).waitFor();
  await button(page, m.demo_by_click()).click();
  await button(page, /Mara Lindqvist/).waitFor();
});

test('somebody else takes the place of Mara: what she did not send is told before it goes with her', async () => {
  const { page, faults } = await openDevice(browser, 'desk');
  await be(page, 'Mara Lindqvist');
  await work(page);
  await expect.poll(() => kept(page)).toContain('mara');
  await page.goto(at('/report'));
  await page.getByLabel(m.report_what()).fill('Half a sentence about a');
  await expect.poll(() => onDisk(page, 'mara', 'draft')).not.toEqual([]);

  await openSheet(page);
  await button(page, /Dora Kessler/).click();
  await page.getByText(m.demo_unsent_heading()).waitFor();
  await button(page, m.stay()).click();
  await sheetClosed(page);
  expect(await page.getByLabel(m.report_what()).inputValue()).toBe('Half a sentence about a');

  await openSheet(page);
  await button(page, /Dora Kessler/).click();
  await button(page, m.demo_discard({ name: 'Dora Kessler' })).click();
  await bar(page)
    .getByText(m.demo_you_are({ name: 'Dora Kessler' }))
    .waitFor();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/queue');
  await expect.poll(() => kept(page)).toContain('dora');
  expect(await kept(page)).not.toContain('mara');
  expect(faults).toEqual([]);
});

test('a client sees his portal, is offered no page, and can be one of ours again', async () => {
  const { page, faults } = await openDevice(browser, 'desk');
  await be(page, 'Beatrice Holm');
  await expect.poll(() => new URL(page.url()).pathname).toBe('/portal');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await openSheet(page);
  expect(await button(page, m.demo_page_me()).count()).toBe(0);
  await button(page, /Lena Brook/).click();
  await work(page);
  await bar(page)
    .getByText(m.demo_you_are({ name: 'Lena Brook' }))
    .waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  expect(faults).toEqual([]);
});

test('one leaves from his desk, and not beside the simulated phones, where nobody knows what he typed', async () => {
  const { page } = await openDevice(browser, 'phone');
  await be(page, 'Mara Lindqvist');
  await button(page, m.demo_be_other()).waitFor();
  await page.goto(at('/demo'));
  await page.getByRole('heading', { name: 'Gero Stahl' }).waitFor();
  expect(await button(page, m.demo_be_other()).count()).toBe(0);
});

test('whose session is over may come back, to what he typed', async () => {
  const { page, context } = await openDevice(browser, 'phone');
  await be(page, 'Mara Lindqvist');
  await page.goto(at('/report'));
  await page.getByLabel(m.report_what()).fill('Pump 3 leaks');
  await expect.poll(() => onDisk(page, 'mara', 'draft')).not.toEqual([]);
  await context.clearCookies();
  await page.goto(at('/sign-in?to=/'));
  await button(page, /^Mara Lindqvist/).click();
  await page.getByText('Pump 3 leaks').first().waitFor();
});

test('nobody is let in while the server refuses: the visitor is told, and asks again', async () => {
  const { page } = await openDevice(browser, 'phone');
  await page.route('**/api/demo/be', (route) => route.abort());
  await page.goto(at('/'));
  await button(page, /Mara Lindqvist/).click();
  await page.getByText(m.trouble_unreachable()).waitFor();
  await page.unroute('**/api/demo/be');
  await button(page, /Mara Lindqvist/).click();
  await work(page);
});

type Phone = DemoPhones['phones'][number];

const phone = (person: string, name: string, more: Partial<Phone> = {}): Phone => ({
  person,
  name,
  part: 'technician',
  teams: ['Refrigeration'],
  isSilent: false,
  isVisited: false,
  shown: [],
  ...more,
});

/** Phones as the door tells of them; the story changes what they show. */
function phones(now: number, isAnswered: boolean): DemoPhones {
  const paged = {
    ticket: null,
    title: 'S1 · Cold store 4 too warm · ack by 20:17',
    body: '#1061 · Nobody has it',
    at: now - 20_000,
    isLoud: true,
    answeredAt: isAnswered ? now - 5000 : null,
  };
  const before = { ...paged, title: 'S2 · Brine pump loud', at: now - 3_600_000, answeredAt: null };
  return {
    now,
    phones: [
      phone('jonas', 'Jonas Weller', { shown: [paged, before] }),
      phone('gero', 'Gero Stahl', { isSilent: true, shown: [before] }),
      phone('mara', 'Mara Lindqvist', { isVisited: true }),
      phone('lena', 'Lena Brook', { part: 'lead' }),
    ],
  };
}

async function showPhones(context: BrowserContext): Promise<{ answer(): void }> {
  let isAnswered = false;
  await context.route('**/api/demo/phones', (route) =>
    route.fulfill({ json: phones(Date.parse('2026-11-22T20:00:00Z'), isAnswered) }),
  );
  return { answer: () => void (isAnswered = true) };
}

test('simulated phones: one rings until its person has it, one never answers, one is the visitor’s', async () => {
  const { page, context, faults } = await openDevice(browser, 'phone');
  const shown = await showPhones(context);
  await be(page, 'Mara Lindqvist');
  await bar(page).getByRole('link', { name: m.demo_phones() }).click();
  const phoneOf = (name: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
  await phoneOf('Jonas Weller').getByText(m.demo_phone_rings()).waitFor();
  await phoneOf('Gero Stahl').getByText(m.demo_phone_silent()).waitFor();
  await phoneOf('Gero Stahl').getByText(m.demo_phone_waits()).waitFor();
  await phoneOf('Mara Lindqvist').getByText(m.demo_phone_of_you()).waitFor();
  await phoneOf('Lena Brook').getByText(m.demo_phone_empty()).waitFor();
  shown.answer();
  await phoneOf('Jonas Weller')
    .getByText(m.demo_phone_answered({ time: '20:59' }))
    .waitFor();
  expect(faults).toEqual([]);
});

test('“page me now” sets this browser up, with its leave, and wakes it', async () => {
  const { page, context } = await openDevice(browser, 'phone');
  const pushes = await takePushes(context, service, { permission: 'asked' });
  await be(page, 'Tomasz Wrona');
  await work(page);
  // The first exchange makes it a device; a worker is there to be subscribed.
  await page
    .getByText(/^As of/)
    .filter({ visible: true })
    .first()
    .waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await openSheet(page);
  await page.getByText(m.demo_page_me_first()).waitFor();
  await button(page, m.demo_page_me()).click();
  const opened = page.getByRole('link', { name: m.demo_paged_open({ number: '#' }) });
  const ticket = (await opened.getAttribute('href'))?.split('/').at(-1) ?? 'none';
  const mine = await pushes.subscribed();
  expect(mine).not.toBeNull();
  // It is this browser that is woken.
  await expect
    .poll(async () => {
      await house.look();
      return service.received.some(
        ({ endpoint, text }) => endpoint === mine?.endpoint && text?.includes(ticket) === true,
      );
    })
    .toBe(true);
});

describe.each(['phone', 'desk'] as const satisfies readonly Size[])('on a %s', (size) => {
  test.each(['dark', 'light'] as const)(
    'axe finds nothing wrong with a demo that is %s, and a thumb hits all of it',
    { timeout: 180_000 },
    async (colorScheme) => {
      const { page, context } = await openDevice(browser, size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await showPhones(context);
      const found: string[] = [];
      const look = async (name: string): Promise<void> => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const { id, nodes } of violations) {
          for (const { target } of nodes) found.push(`${name}: ${id}: ${target.join(' ')}`);
        }
        if (size === 'desk') return;
        for (const { name: what, width, height } of await targetsOn(page)) {
          if (width < 43 || height < 43) found.push(`${name}: ${what}: ${width} x ${height}`);
        }
      };
      await page.goto(at('/'));
      // Nobody can be entered more than ten times in a quarter of an hour.
      const name = size === 'desk' ? 'Tomasz Wrona' : 'Mara Lindqvist';
      await button(page, new RegExp(name)).waitFor();
      await look('sign-in');
      await be(page, name);
      await work(page);
      await look('work');
      await openSheet(page);
      await look('sheet');
      await page.goto(at('/demo'));
      await page.getByText(m.demo_phone_empty()).waitFor();
      await look('phones');
      expect(found).toEqual([]);
    },
  );
});
