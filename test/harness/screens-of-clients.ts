import { m } from '@rung/messages/compiled/messages.js';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { sheetClosed } from './browser.ts';
import { company, password } from './company.ts';
import type { TestHouse } from './house.ts';
import { heading, open, type Shown } from './screens-at-the-door.ts';

/** What a client's person sees, of a ticket of his company; whoever was in before goes. */
export function screensOfClients(house: TestHouse, ticket: string): readonly Shown[] {
  const visit = (page: Page, path: string): Promise<unknown> => open(page, house, path);
  async function signIn(page: Page): Promise<void> {
    await page.evaluate(() => localStorage.clear());
    const { email } = company.people.berta;
    const url = new URL('/api/session', house.config.publicUrl).href;
    const answer = await page.request.post(url, { data: { email, password } });
    expect(answer.status()).toBe(200);
  }
  const answerIt = (page: Page): Promise<void> =>
    page.getByRole('button', { name: m.portal_send(), exact: true }).click();

  return [
    [
      'his tickets',
      async (page) => {
        await house.as('berta');
        await signIn(page);
        await visit(page, '/portal');
        await page.locator('.tt > li').first().waitFor();
      },
    ],
    [
      'his look, language and way out',
      async (page) => {
        await page.getByRole('button', { name: m.portal_menu({ name: 'Berta' }) }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'his ticket',
      async (page) => {
        await page.keyboard.press('Escape');
        await sheetClosed(page);
        await visit(page, `/portal/${ticket}`);
        await page.getByLabel(m.portal_answer(), { exact: true }).waitFor();
        await page.locator('.clock').nth(2).waitFor();
        await answerIt(page);
        await page.getByText(m.portal_answer_missing()).waitFor();
      },
    ],
    [
      'his ticket, an answer that waits',
      async (page) => {
        await page.route('**/api/commands', (route) => route.abort());
        await page.getByLabel(m.portal_answer(), { exact: true }).fill('The guard is at the gate');
        await answerIt(page);
        await page.getByRole('button', { name: m.portal_change() }).waitFor();
      },
    ],
    [
      'his tickets, with words that wait',
      async (page) => {
        await visit(page, '/portal');
        await page.getByText(m.portal_unsent(), { exact: true }).waitFor();
        await page.unroute('**/api/commands');
      },
    ],
    [
      'his new ticket, nothing typed',
      async (page) => {
        await visit(page, '/portal/new');
        await page.getByRole('button', { name: m.portal_new_send() }).click();
        await page.getByText(m.portal_what_missing()).waitFor();
      },
    ],
    [
      'no ticket of his',
      async (page) => {
        await visit(page, '/portal/01KAHJ3ZZZZZZZZZZZZZZZZZZ9');
        await heading(page, m.portal_gone_heading());
      },
    ],
  ];
}
