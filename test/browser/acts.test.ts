import { readFile } from 'node:fs/promises';
import type { Command } from '@rung/domain/ticket/commands.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, openDevice, sheetClosed } from '../harness/browser.ts';
import { reportMessage, requestOf } from '../harness/command.ts';
import { company, password, type PersonKey } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

let browser: Browser;
let house: TestHouse;
let context: BrowserContext;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  await Promise.all((['mara', 'lena', 'otto'] as const).map((person) => house.as(person)));
});
afterAll(() => Promise.all([browser.close(), house.close()]));
beforeEach(async () => {
  ({ context, page, faults } = await openDevice(browser, 'phone'));
  const { email } = company.people.mara;
  await context.request.post(at('/api/session'), { data: { email, password } });
  await page.goto(at('/'));
  await shown(/^As of/);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
});

const at = (path: string): string => new URL(path, house.config.publicUrl).href;
const shown = (text: string | RegExp): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor();
const button = (name: string) => page.getByRole('button', { name, exact: true });
const sheet = () => page.getByRole('dialog');

/** A ticket at the oven hall, reported by Lena and shown here; answers its id. */
async function reported(title: string): Promise<string> {
  const lena = await house.as('lena');
  const json = reportMessage(title, { site: 'oven-hall', severity: 'S2' });
  expect((await lena('/api/commands', { json })).status).toBe(200);
  const { ticket } = json.command.args;
  await page.goto(at(`/tickets/${ticket}`));
  await page.getByRole('heading', { name: title }).waitFor();
  return ticket;
}

/** Somebody else does something to it, on the server. */
async function elsewhere<Of extends Command['name']>(
  person: PersonKey,
  name: Of,
  args: Parameters<typeof requestOf<Of>>[1],
): Promise<void> {
  const as = await house.as(person);
  const answer = await as('/api/commands', { json: requestOf(name, args) });
  expect(await answer.json()).toMatchObject({ outcome: 'applied' });
}

/** Opens the handover, and says what is needed. */
async function writeHandover(team: string, needed: string): Promise<void> {
  await button(m.command_transfer()).click();
  await page.getByLabel(m.act_team()).selectOption(team);
  await page.getByLabel(m.act_found()).fill('Not the valve');
  await page.getByLabel(m.act_needed()).fill(needed);
}
const submit = (name: string): Promise<void> => sheet().getByRole('button', { name }).click();

/** What the server knows of the ticket, as this person reads it. */
async function known(person: PersonKey, ticket: string): Promise<Record<string, unknown>> {
  const as = await house.as(person);
  return (await as(`/api/tickets/${ticket}`)).json() as Promise<Record<string, unknown>>;
}

describe('acknowledging', () => {
  test('without a network is on this device at once, never called acknowledged, and confirmed later', async () => {
    const ticket = await reported('Fan 1 stands');
    await button(m.command_acknowledge()).waitFor();
    await context.setOffline(true);
    await button(m.command_acknowledge()).click();
    await shown(m.event_ack_here({ who: 'Mara' }));
    await shown(m.ticket_unconfirmed());
    await shown(m.ticket_here({ n: '1' }));
    expect(await page.getByText(m.event_acknowledged({ who: 'Mara' })).count()).toBe(0);
    expect(await page.getByText(m.phase_acknowledged(), { exact: true }).count()).toBe(0);
    // What is due now is to tell how it goes.
    await button(m.command_progress()).waitFor();

    await context.setOffline(false);
    await shown(m.event_acknowledged({ who: 'Mara' }));
    await shown(m.has_me());
    expect(await known('lena', ticket)).toMatchObject({ phase: 'acknowledged' });
    expect(faults).toEqual([]);
  });

  test('twice in a hurry is one command', async () => {
    await reported('Fan 2 stands');
    await context.setOffline(true);
    await button(m.command_acknowledge()).dblclick();
    await shown(m.event_ack_here({ who: 'Mara' }));
    expect(await page.getByText(m.event_ack_here({ who: 'Mara' })).count()).toBe(1);
    await shown(m.ticket_here({ n: '1' }));
  });
});

describe('an update', () => {
  test('is typed once: closed by Escape and loaded again, its words still stand there', async () => {
    await reported('Pump 4 leaks');
    await button(m.command_progress()).click();
    await page.getByLabel(m.act_note()).fill('Seal is gone');
    await page.keyboard.press('Escape');
    await sheetClosed(page);
    await page.reload();
    await button(m.command_progress()).click();
    await expect.poll(() => page.getByLabel(m.act_note()).inputValue()).toBe('Seal is gone');
    await sheet().getByRole('button', { name: m.command_progress() }).click();
    await sheetClosed(page);
    await shown('Seal is gone');

    // It is done: the next one begins empty.
    await button(m.command_progress()).click();
    expect(await page.getByLabel(m.act_note()).inputValue()).toBe('');
    await sheet().getByRole('button', { name: m.command_progress() }).click();
    await shown(m.act_words_missing());
    expect(faults).toEqual([]);
  });
});

test('words to the client say that he sees them, wait without a network, and stand marked in the timeline', async () => {
  const ticket = await reported('Fan 3 stands');
  await button(m.command_acknowledge()).click();
  await shown(m.has_me());
  await context.setOffline(true);
  await button(m.act_more_heading()).click();
  await sheet().getByRole('button', { name: m.command_comment() }).click();
  await sheet().getByText(m.act_public()).waitFor();
  await page.getByLabel(m.act_comment()).fill('We are on our way');
  // Kept like any other words that are not done yet.
  await page.keyboard.press('Escape');
  await sheetClosed(page);
  await button(m.act_more_heading()).click();
  await sheet().getByRole('button', { name: m.command_comment() }).click();
  await expect.poll(() => page.getByLabel(m.act_comment()).inputValue()).toBe('We are on our way');
  await submit(m.command_comment());
  await sheetClosed(page);
  const entry = page.locator('.tl li').filter({ hasText: 'We are on our way' });
  await entry.getByText(m.on_this_device()).waitFor();
  await entry.getByText(m.event_public()).waitFor();
  // It changes nothing of who has it.
  await shown(m.has_me());

  await context.setOffline(false);
  await entry.getByText(m.on_this_device()).waitFor({ state: 'detached' });
  const lena = await house.as('lena');
  const timeline = await (await lena(`/api/tickets/${ticket}/timeline`)).text();
  expect(timeline).toContain('We are on our way');
  expect(faults).toEqual([]);
});

describe('a handover', () => {
  test('goes to the other team with its note, and whoever gave it away still sees what became of it', async () => {
    const ticket = await reported('Loop 3 loses pressure');
    await button(m.command_acknowledge()).click();
    await shown(m.has_me());
    await writeHandover('desk', 'An 18 l vessel');
    await submit(m.command_transfer());
    await shown(m.event_transferred({ who: 'Mara', team: 'Desk' }));
    await shown(`${m.act_found()}: Not the valve`);
    await shown(m.has_nobody());
    expect(await known('otto', ticket)).toMatchObject({ team: { key: 'desk' } });
    expect(faults).toEqual([]);
  });

  test('that is not possible any more is refused in the sheet, which keeps its words', async () => {
    const ticket = await reported('Loop 4 loses pressure');
    await button(m.command_acknowledge()).click();
    await shown(m.has_me());
    const seen = { generation: 1, severity: 'S2' } as const;
    await writeHandover('desk', 'A new pump');
    await elsewhere('lena', 'resolve', { ticket, seen, resolution: 'refilled' });
    await shown(m.event_resolved({ who: 'Lena' }));
    await submit(m.command_transfer());
    await sheet().getByText(m.refusal_not_open()).waitFor();
    expect(await page.getByLabel(m.act_needed()).inputValue()).toBe('A new pump');
  });

  test('refused by the server stands in the outbox with its words, is changed there and done again', async () => {
    const ticket = await reported('Loop 5 loses pressure');
    await button(m.command_acknowledge()).click();
    await shown(m.has_me());
    await context.setOffline(true);
    await writeHandover('desk', 'A new pump');
    await submit(m.command_transfer());
    await sheetClosed(page);
    const seen = { generation: 1, severity: 'S2' } as const;
    await elsewhere('lena', 'change-severity', { ticket, seen, severity: 'S1', reason: 'warm' });
    await context.setOffline(false);
    await page.goto(at('/outbox'));
    await shown(m.outbox_refused({ what: m.deed_transfer() }));
    await shown(m.refusal_moved());
    await shown(`${m.act_needed()}: A new pump`);

    await button(m.outbox_edit()).click();
    await expect.poll(() => page.getByLabel(m.act_found()).inputValue()).toBe('Not the valve');
    await page.getByLabel(m.act_needed()).fill('Two new pumps');
    await submit(m.command_transfer());
    await shown(m.outbox_empty_heading());
    await expect.poll(() => known('otto', ticket)).toMatchObject({ team: { key: 'desk' } });
    expect(faults).toEqual([]);
  });

  test('refused by the server is posted as an update in one tap', async () => {
    const ticket = await reported('Loop 6 loses pressure');
    await context.setOffline(true);
    await writeHandover('desk', 'A new valve');
    await submit(m.command_transfer());
    await sheetClosed(page);
    await elsewhere('lena', 'transfer', {
      ...{ ticket, seen: { generation: 1, severity: 'S2' }, team: 'desk', note: '' },
    });
    await elsewhere('otto', 'transfer', {
      ...{ ticket, seen: { generation: 2, severity: 'S2' }, team: 'cold', note: '' },
    });
    await context.setOffline(false);
    await page.goto(at('/outbox'));
    await button(m.outbox_post()).click();
    await shown(m.outbox_empty_heading());
    await page.goto(at(`/tickets/${ticket}`));
    await shown(`${m.act_needed()}: A new valve`);
    expect(faults).toEqual([]);
  });
});

describe('what waits', () => {
  test('is taken back under More, and is gone from the ticket', async () => {
    await reported('Valve 9 sticks');
    await context.setOffline(true);
    await button(m.command_acknowledge()).click();
    await shown(m.event_ack_here({ who: 'Mara' }));
    await button(m.act_more_heading()).click();
    await button(`${m.act_take_back()}: ${m.deed_acknowledge()}`).click();
    await page.getByText(m.event_ack_here({ who: 'Mara' })).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await button(m.command_acknowledge()).waitFor();
    await shown(m.has_nobody());
  });

  test('is exported with everything typed', async () => {
    await reported('Valve 10 sticks');
    await context.setOffline(true);
    await button(m.command_progress()).click();
    await page.getByLabel(m.act_note()).fill('Greased it');
    await submit(m.command_progress());
    await shown('Greased it');
    await page.goto(at('/outbox'));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button(m.outbox_export()).click(),
    ]);
    const file = JSON.parse(await readFile(await download.path(), 'utf8')) as object;
    expect(file).toMatchObject({
      person: 'mara',
      waiting: [{ command: { name: 'progress', args: { note: 'Greased it' } } }],
    });
  });

  test('arrives, and stands quietly among what arrived today by the server’s clock', async () => {
    await reported('Valve 11 sticks');
    await button(m.command_acknowledge()).click();
    await shown(m.has_me());
    await page.goto(at('/outbox'));
    await shown(m.outbox_empty_heading());
    await shown(m.outbox_arrived());
    await shown('Valve 11 sticks');
    expect(faults).toEqual([]);
  });
});

test('Acknowledge and Solved never stand together, and one button is filled', async () => {
  await reported('Valve 12 sticks');
  const foot = page.locator('.p-act');
  await foot.getByRole('button', { name: m.command_acknowledge() }).waitFor();
  expect(await foot.getByRole('button', { name: m.command_resolve() }).count()).toBe(0);
  expect(await page.locator('.btn-1').count()).toBe(1);
  await button(m.command_acknowledge()).click();
  await foot.getByRole('button', { name: m.command_resolve() }).waitFor();
  expect(await foot.getByRole('button', { name: m.command_acknowledge() }).count()).toBe(0);
  await button(m.command_progress()).click();
  await sheet().waitFor();
  expect(await page.locator('.btn-1').count()).toBe(1);
});
