import { ratings } from '@rung/domain/ticket/severity.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { company, companyWithContract, password, type PersonKey } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { heading, open } from '../harness/screens-at-the-door.ts';

let browser: Browser;
let house: TestHouse;
beforeAll(async () => {
  [browser, house] = await Promise.all([
    openBrowser(),
    testHouse('sqlite', { directory: companyWithContract }),
  ]);
});
afterAll(() => Promise.all([browser.close(), house.close()]));

const seen = { generation: 1, severity: 'S2' } as const;

async function signIn(page: Page, who: PersonKey): Promise<void> {
  await house.as(who);
  const url = new URL('/api/session', house.config.publicUrl).href;
  const { email } = company.people[who];
  const answer = await page.request.post(url, { data: { email, password } });
  expect(answer.status()).toBe(200);
}

/** A phone with the pages of one client's person. */
async function portalOf(who: PersonKey) {
  const device = await openDevice(browser, 'phone');
  await signIn(device.page, who);
  onTestFinished(() => expect(device.faults).toEqual([]));
  return device;
}

async function reported(who: PersonKey, title: string): Promise<string> {
  const message = reportMessage(title, {
    severity: 'S2',
    site: who === 'klara' ? 'ward' : 'oven-hall',
  });
  await send(await house.as(who), message);
  return message.command.args.ticket;
}

const step = (page: Page, name: string): Promise<void> =>
  page.locator('.steps4 [aria-current=step]').getByText(name, { exact: true }).waitFor();

const answerField = (page: Page) => page.getByLabel(m.portal_answer(), { exact: true });

test('a client watches his ticket, answers in a cellar, hears from us, and opens it again', async () => {
  const { page, context } = await portalOf('berta');
  const mara = await house.as('mara');
  const ticket = await reported('berta', 'Oven 2 stays cold');

  // Wherever one of his comes in, he is shown his own pages.
  await open(page, house, `/tickets/${ticket}`);
  await heading(page, 'Oven 2 stays cold');
  expect(new URL(page.url()).pathname).toBe(`/portal/${ticket}`);
  await step(page, m.portal_received());
  await page.getByText(m.portal_you_reported()).waitFor();
  await page.getByText(m.portal_say_answer({ time: '13:30' })).waitFor();
  expect(await page.locator('.clock-n').allInnerTexts()).toEqual(
    ['21:00', '14:00', '13:30'].map((time) => m.portal_clock_by({ time })),
  );

  // Somebody has it: the page says so by itself.
  await send(mara, requestOf('acknowledge', { ticket, seen }));
  await step(page, m.portal_in_work());
  await page.getByText(m.portal_taken(), { exact: true }).waitFor();
  await page.getByText(m.portal_say_taken({ time: '13:00' })).waitFor();
  await page.getByText(m.portal_say_news({ time: '14:00' })).waitFor();
  await page.getByText(m.portal_clock_met(), { exact: true }).waitFor();
  const html = await page.content();
  for (const name of ['Mara', 'Cold store', 'mara']) expect(html).not.toContain(name);

  // Without a network his words stay, also when the page is loaded anew before there is one.
  await context.setOffline(true);
  await answerField(page).fill('Hall 3 has an oven that is free');
  await page.getByRole('button', { name: m.portal_send(), exact: true }).click();
  await page.getByText(m.portal_held_heading()).waitFor();
  expect(await page.getByText(m.portal_sent(), { exact: true }).count()).toBe(0);
  expect(await answerField(page).inputValue()).toBe('Hall 3 has an oven that is free');
  await page.route('**/api/commands', (route) => route.abort());
  await context.setOffline(false);
  await page.reload();
  await page.getByText(m.portal_held_heading()).waitFor();
  expect(await answerField(page).inputValue()).toBe('Hall 3 has an oven that is free');
  await page.unroute('**/api/commands');
  // It goes by itself in half a minute at the latest, perhaps at once; a page that is opened does not wait for that.
  await page.reload();
  await page.locator('.said').getByText('Hall 3 has an oven that is free').waitFor();
  await expect.poll(() => answerField(page).inputValue()).toBe('');

  await answerField(page).fill('The key is at the gate');
  await page.getByRole('button', { name: m.portal_send(), exact: true }).click();
  await page.getByText(m.portal_sent(), { exact: true }).waitFor();
  await page.locator('.said').getByText('The key is at the gate').waitFor();
  expect(await answerField(page).inputValue()).toBe('');

  // What we write to him stands there, what we write for ourselves does not.
  const inside = requestOf('progress', { ticket, seen, note: 'Bring the small ladder' });
  await send(mara, inside);
  await send(mara, requestOf('comment', { ticket, note: 'On the road, there at four' }));
  await page.locator('.said').getByText('On the road, there at four').waitFor();
  expect(await page.content()).not.toContain('ladder');

  await send(mara, requestOf('resolve', { ticket, seen, resolution: 'Fuse' }));
  await step(page, m.portal_solved());
  await page.getByText(m.portal_say_solved()).waitFor();
  expect(await page.content()).not.toContain('Fuse');

  await page.getByRole('button', { name: m.portal_reopen(), exact: true }).click();
  await page.getByText(m.portal_answer_missing()).waitFor();
  await page.getByLabel(m.portal_reopen_what()).fill('It is cold again');
  await page.getByRole('button', { name: m.portal_reopen(), exact: true }).click();
  await page.locator('.said').getByText('It is cold again').waitFor();
  await page.locator('.steps4 [aria-current=step]').waitFor();
  expect(await page.getByLabel(m.portal_reopen_what()).count()).toBe(0);
});

test('words that were not sent stand where their ticket would, also when it is not his any more', async () => {
  const { page } = await portalOf('berta');
  const ticket = await reported('klara', 'Bed 7 squeaks');
  const words = {
    kind: 'comment',
    draft: {
      ...{ ticket, uid: '01JD00000000000000000000BB', savedAt: 1 },
      form: { what: 'We moved the bed\nto hall 2' },
      standing: { kind: 'writing' },
    },
  };
  await open(page, house, '/portal');
  await page.evaluate(([name, value]) => localStorage.setItem(name, value), [
    `rung.typed.berta.${ticket}.comment`,
    JSON.stringify(words),
  ] as const);
  await open(page, house, `/portal/${ticket}`);
  await page.getByText(m.portal_gone()).waitFor();
  expect(await answerField(page).inputValue()).toBe('We moved the bed\nto hall 2');
  await answerField(page).fill('');
  await answerField(page).waitFor({ state: 'detached' });
});

test('a new ticket that waits stands as it was sent', async () => {
  const { page } = await portalOf('klara');
  await page.route('**/api/commands', (route) => route.abort());
  await open(page, house, '/portal/new');
  await page.getByLabel(m.portal_what(), { exact: true }).fill('The lift is stuck');
  const radio = (group: string, name: string) =>
    page.getByRole('radiogroup', { name: group }).getByRole('radio', { name, exact: true });
  await radio(m.portal_impact(), m.portal_impact_high()).check();
  await radio(m.portal_urgency(), m.portal_urgency_hours()).check();
  await page.getByRole('button', { name: m.portal_new_send() }).click();
  await page.getByText(m.portal_held_heading()).waitFor();
  expect(await radio(m.portal_impact(), m.portal_impact_low()).isDisabled()).toBe(true);
  expect(await page.locator('select[name=site]').isDisabled()).toBe(true);
  await page.getByRole('button', { name: m.portal_change() }).click();
  await radio(m.portal_impact(), m.portal_impact_low()).check();
});

test('a new ticket that is begun is there after a reload, and gets its number when it is sent', async () => {
  const { page } = await portalOf('berta');
  await open(page, house, '/');
  await heading(page, m.portal_heading());
  await page.getByRole('link', { name: m.portal_new() }).first().click();
  await heading(page, m.portal_new());
  await page.getByRole('button', { name: m.portal_new_send() }).click();
  await page.getByText(m.portal_what_missing()).waitFor();
  await page
    .getByLabel(m.portal_what(), { exact: true })
    .fill('The dough machine is loud\nSince noon');
  await page.reload();
  expect(await page.getByLabel(m.portal_what(), { exact: true }).inputValue()).toContain(
    'Since noon',
  );

  const choose = (group: string, name: string): Promise<void> =>
    page.getByRole('radiogroup', { name: group }).getByRole('radio', { name, exact: true }).check();
  expect(ratings.S2).toEqual({ impact: 'high', urgency: 'hours' });
  await choose(m.portal_impact(), m.portal_impact_high());
  await choose(m.portal_urgency(), m.portal_urgency_hours());
  await page.getByText(m.portal_next_loud()).waitFor();
  // His own places, and no others.
  expect(await page.locator('select[name=site] option').allInnerTexts()).toEqual([
    m.portal_site_none(),
    'Oven hall',
  ]);
  await page.getByLabel(m.report_site()).selectOption('oven-hall');
  await page.getByRole('button', { name: m.portal_new_send() }).click();
  await heading(page, 'The dough machine is loud');
  await page.getByText(/^#1\d\d\d$/).waitFor();
  await page.getByText('Since noon').waitFor();

  await page.getByRole('link', { name: m.portal_back() }).click();
  await page.getByText('The dough machine is loud').waitFor();
  expect(await page.getByText(m.portal_unsent(), { exact: true }).count()).toBe(0);
});

test('what another company has is not here, nor is this a page for one of ours', async () => {
  const theirs = await reported('klara', 'Fridge of ward 3 beeps');
  const { page } = await portalOf('berta');
  await open(page, house, `/portal/${theirs}`);
  await heading(page, m.portal_gone_heading());
  await open(page, house, '/portal');
  await heading(page, m.portal_heading());
  expect(await page.content()).not.toContain('Fridge');

  const mara = await openDevice(browser, 'phone');
  await signIn(mara.page, 'mara');
  await open(mara.page, house, '/portal');
  await heading(mara.page, m.work_heading());
});

test('who signs out leaves nothing typed behind, and whoever comes next sees none of it', async () => {
  const { page } = await portalOf('berta');
  const ticket = await reported('berta', 'Oven 3 smells');
  await open(page, house, `/portal/${ticket}`);
  await answerField(page).fill('Only for you');
  await page.getByText(m.portal_kept()).waitFor();
  await page.getByRole('button', { name: m.portal_menu({ name: 'Berta' }) }).click();
  await page.getByText(m.portal_sign_out_unsent()).waitFor();
  await page.getByRole('button', { name: m.you_sign_out(), exact: true }).click();
  await heading(page, m.signin_heading());
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toContain('Only for you');
});

test('in a tab of his, nothing of one client is sent as the next who signed in', async () => {
  const { page, context } = await portalOf('berta');
  const ticket = await reported('berta', 'Oven 4 hums');
  await open(page, house, `/portal/${ticket}`);
  await answerField(page).fill('From Berta alone');
  await page.getByText(m.portal_kept()).waitFor();

  const other = await context.newPage();
  await signIn(other, 'klara');
  await page.getByRole('button', { name: m.portal_send(), exact: true }).click();
  await page.getByText(m.left_other({ other: 'Klara' })).waitFor();
  await page.getByText(m.portal_held_out()).waitFor();
  await page.getByRole('button', { name: m.left_go_on() }).click();
  await heading(page, m.portal_heading());
  expect(await page.content()).not.toContain('From Berta alone');

  await signIn(page, 'berta');
  await page.evaluate(() => localStorage.removeItem('rung.session'));
  await open(page, house, `/portal/${ticket}`);
  await page.locator('.said').getByText('From Berta alone').waitFor();
});
