import { AxeBuilder } from '@axe-core/playwright';
import { must } from '@rung/domain/base/must.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { company, type PersonKey } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { pagingBy, signedInPhone } from '../harness/paged-phone.ts';
import { type Pushes, takePushes } from '../harness/push-browser.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';

const minute = 60_000;
const title = 'Cold store 4 too warm';
/** Each look at a screen is axe twice, and six sizes. */
const patience = { timeout: 180_000 };

let browser: Browser;
let service: PushService;
let house: TestHouse;
beforeAll(async () => {
  [browser, service] = await Promise.all([openBrowser(), openPushService()]);
});
afterAll(() => Promise.all([browser.close(), service.close()]));
beforeEach(async () => {
  house = await testHouse('sqlite', {
    directory: coldStore,
    ...pagingBy(service),
  });
});
afterEach(() => house.close());

const at = (path: string): string => new URL(path, house.config.publicUrl).href;

type Phone = { readonly context: BrowserContext; readonly page: Page; readonly pushes: Pushes };

/** A phone of one person, signed in, that takes pages. */
async function phoneOf(person: PersonKey): Promise<Phone> {
  const { context, page, signIn } = await signedInPhone(browser, house, person);
  const pushes = await takePushes(context, service, { permission: 'asked' });
  await signIn();
  await page.goto(at('/you'));
  await page.getByRole('button', { name: m.pager_get() }).click();
  await page.getByRole('button', { name: m.pager_check() }).waitFor();
  return { context, page, pushes };
}

async function report(): Promise<string> {
  const dora = await house.as('dora');
  const json = reportMessage(title, { site: 'oven-hall', severity: 'S1' });
  expect((await dora('/api/commands', { json })).status).toBe(200);
  return json.command.args.ticket;
}

/** Hands the phone what the push service got for it about the ticket, and answers the tag that it stands under. */
async function receive({ pushes }: Phone, ticket: string): Promise<string> {
  await house.look();
  const mine = await pushes.subscribed();
  const about = (json: unknown) => (json as Pushed).notification?.data?.ticket === ticket;
  const got = service.received.findLast(
    ({ endpoint, json }) => endpoint === mine?.endpoint && about(json),
  );
  await pushes.deliver(must(got?.text, 'the push service got a page'));
  const shown = async () =>
    (await pushes.shown()).find(
      ({ data }) => (data as Pushed['notification']['data']).ticket === ticket,
    );
  await expect.poll(shown).toBeDefined();
  return must(await shown(), 'it is shown').tag;
}
type Pushed = { readonly notification: { readonly data: { readonly ticket?: string | null } } };

/** Taps the page, and opens the window that this asks for: a script may not. */
async function tapAndOpen(phone: Phone, ticket: string): Promise<Page> {
  const tag = await receive(phone, ticket);
  await phone.page.close();
  const { opened } = await phone.pushes.click(tag);
  const page = await phone.context.newPage();
  await page.addInitScript(silentUntilTapped);
  page.setDefaultTimeout(20_000);
  await page.goto(must(opened[0], 'a window is opened'));
  return page;
}

/** As people's browsers do. For this one each question of a test is a tap, so that it would play at once. */
function silentUntilTapped(): void {
  let isTapped = false;
  addEventListener('click', () => (isTapped = true), { capture: true });
  const hasBeenActive = { get: () => isTapped };
  Object.defineProperty(UserActivation.prototype, 'hasBeenActive', hasBeenActive);
  const { resume } = AudioContext.prototype;
  AudioContext.prototype.resume = function (this: AudioContext) {
    return isTapped ? resume.call(this) : new Promise(() => {});
  };
  globalThis.AudioContext = class extends AudioContext {
    constructor() {
      super();
      if (!isTapped) void this.suspend();
    }
  };
}

async function ownerOf(ticket: string): Promise<string | null> {
  const ada = await house.as('ada');
  const answer = await ada(`/api/tickets/${ticket}/timeline`);
  return ((await answer.json()) as { owner: string | null }).owner;
}

const acknowledge = (page: Page) => page.getByRole('button', { name: m.command_acknowledge() });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
/** Of the live screen: its sound, as it says so itself. */
const silence = (page: Page) => page.getByRole('button', { name: m.live_silence() });
const blocked = (page: Page) => page.getByRole('button', { name: m.live_blocked() });

/** In both themes axe finds nothing, and nothing is wider than the narrowest phone. Where it is asked for, with pictures. */
async function looksRight(page: Page, name: string): Promise<void> {
  const folder = process.env['RUNG_PICTURES'];
  // A colour on its way from one theme to the other is neither.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const theme of ['night', 'day']) {
    await page.evaluate((to) => (document.documentElement.dataset['theme'] = to), theme);
    for (const [size, width, height] of [
      ['desk', 1440, 900],
      ['narrow', 320, 640],
      ['phone', 360, 740],
    ] as const) {
      await page.setViewportSize({ width, height });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `${name}, ${size}`).toBeLessThanOrEqual(width);
      if (folder !== undefined) {
        await page.screenshot({ path: `${folder}/${name}-${theme}-${size}.png` });
      }
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
}

test(
  'a tap on the notification opens the live screen, which rings once it may, and acknowledges though the session has ended',
  patience,
  async () => {
    const mara = await phoneOf('mara');
    // Before: a page that is open would read it at once.
    await mara.context.clearCookies();
    const ticket = await report();
    const page = await tapAndOpen(mara, ticket);
    // This device never read the ticket: what stands here is what the notification showed.
    await heading(page, new RegExp(title)).waitFor();
    await page.getByText(m.live_reading()).waitFor();
    await page.getByText(m.live_expired()).waitFor();
    await blocked(page).waitFor();
    await looksRight(page, 'from-notice');
    await blocked(page).click();
    await silence(page).waitFor();
    await acknowledge(page).click();
    await heading(page, m.has_me()).waitFor();
    await page.getByText(m.live_yours_later()).waitFor();
    await silence(page).waitFor({ state: 'detached' });
    expect(await ownerOf(ticket)).toBe('mara');
    await looksRight(page, 'yours-expired');
  },
);

test(
  'without a network it says what is on this phone only and what follows, and confirms when it got through',
  patience,
  async () => {
    const mara = await phoneOf('mara');
    const ticket = await report();
    const page = await tapAndOpen(mara, ticket);
    await page.locator('.rung.is-live').waitFor();
    await looksRight(page, 'waits');
    await mara.context.setOffline(true);
    await acknowledge(page).click();
    await page.getByText(m.live_unsent()).waitFor();
    const steps = page.getByRole('list', { name: m.live_steps_ack() });
    expect(await steps.locator('.done').allTextContents()).toEqual([
      expect.stringContaining(m.live_step_here()),
    ]);
    await page
      .getByText(/unless this gets through/)
      .first()
      .waitFor();
    expect(await heading(page, m.has_me()).count()).toBe(0);
    expect(await ownerOf(ticket)).toBeNull();
    await looksRight(page, 'unsent');

    await page.getByRole('button', { name: m.live_try() }).click();
    expect(await heading(page, m.has_me()).count()).toBe(0);
    await mara.context.setOffline(false);
    await heading(page, m.has_me()).waitFor();
    await page.getByText(m.live_yours_later()).waitFor({ state: 'detached' });
    expect(await ownerOf(ticket)).toBe('mara');
    await looksRight(page, 'yours');
  },
);

test('it is quiet as soon as somebody else has it', patience, async () => {
  const mara = await phoneOf('mara');
  const ticket = await report();
  const page = await tapAndOpen(mara, ticket);
  await blocked(page).waitFor();
  await heading(page, title).click();
  await silence(page).waitFor();
  await house.forward(6 * minute);
  const lena = await house.as('lena');
  const seen = { generation: 1, severity: 'S1' } as const;
  await send(lena, requestOf('acknowledge', { ticket, seen }));
  await heading(page, m.has_other({ name: company.people.lena.name })).waitFor();
  await silence(page).waitFor({ state: 'detached' });
  expect(await acknowledge(page).count()).toBe(0);
  await looksRight(page, 'theirs');
  await page.goto(at('/pages'));
  await page.getByText(m.pages_answered()).waitFor();
  await looksRight(page, 'pages-over');
});

test('my pages count what waits, and lead to it', patience, async () => {
  const mara = await phoneOf('mara');
  const ticket = await report();
  await mara.page.goto(at('/pages'));
  await mara.page.getByRole('heading', { name: m.pages_waiting() }).waitFor();
  await mara.page
    .getByRole('link', { name: m.nav_pages_waiting({ n: 1 }) })
    .first()
    .waitFor();
  await looksRight(mara.page, 'pages');
  await mara.page.goto(at('/outbox'));
  await mara.page.getByText(m.nav_page_open()).waitFor();
  await looksRight(mara.page, 'elsewhere');
  await mara.page
    .getByRole('link', { name: m.nav_pages_waiting({ n: 1 }) })
    .first()
    .click();
  await mara.page.getByRole('link', { name: new RegExp(title) }).click();
  await acknowledge(mara.page).waitFor();
  expect(new URL(mara.page.url()).pathname).toBe(`/live/${ticket}`);
  await mara.page.getByRole('button', { name: m.command_decline() }).click();
  await heading(mara.page, m.live_declined()).waitFor();
  await looksRight(mara.page, 'declined');
});
