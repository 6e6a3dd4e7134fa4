import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { reportMessage } from '../harness/command.ts';
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
    await shown(m.ticket_yours());
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
    await sheet().waitFor({ state: 'detached' });
    await page.reload();
    await button(m.command_progress()).click();
    await expect.poll(() => page.getByLabel(m.act_note()).inputValue()).toBe('Seal is gone');
    await sheet().getByRole('button', { name: m.command_progress() }).click();
    await sheet().waitFor({ state: 'detached' });
    await shown('Seal is gone');

    // It is done: the next one begins empty.
    await button(m.command_progress()).click();
    expect(await page.getByLabel(m.act_note()).inputValue()).toBe('');
    await sheet().getByRole('button', { name: m.command_progress() }).click();
    await shown(m.act_words_missing());
    expect(faults).toEqual([]);
  });
});
