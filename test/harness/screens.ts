import { m } from '@rung/messages/compiled/messages.js';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { sheetClosed } from './browser.ts';
import { reportMessage } from './command.ts';
import { company, companyWithContract, password } from './company.ts';
import { testHouse, type TestHouse } from './house.ts';
import { mayAlert } from './may-alert.ts';
import { writeReport } from './report-form.ts';
import { heading, open, screensAtTheDoor, type Shown } from './screens-at-the-door.ts';
import { screensOfClients } from './screens-of-clients.ts';

/** One pixel. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
/** What there is to be seen: an S1, of which Mara's team is paged at once. */
const pump = reportMessage('Pump 3 leaks', { severity: 'S1', site: 'oven-hall' });

async function typeReport(page: Page): Promise<void> {
  await writeReport(page, 'Oven 2 stays cold');
}

/**
 * Every screen, in an order in which one visitor can see them; each ends when what is to be judged is there. Of houses that stand
 * until the test ends.
 */
export async function openScreens(): Promise<readonly Shown[]> {
  const houses = [
    testHouse('sqlite', { directory: companyWithContract }),
    testHouse('sqlite', { isEmpty: true }),
  ] as const;
  const [house, empty] = await Promise.all(houses);
  onTestFinished(() => Promise.all([house.close(), empty.close()]).then(() => {}));
  const mara = await house.as('mara');
  expect((await mara('/api/commands', { json: pump })).status).toBe(200);
  return screensOf(house, empty);
}

function screensOf(house: TestHouse, empty: TestHouse): readonly Shown[] {
  const { ticket } = pump.command.args;
  const visit = (page: Page, path: string): Promise<unknown> => open(page, house, path);
  async function signIn(page: Page): Promise<void> {
    const url = new URL('/api/session', house.config.publicUrl).href;
    const { email } = company.people.mara;
    const answer = await page.request.post(url, { data: { email, password } });
    expect(answer.status()).toBe(200);
  }
  const closeSheet = async (page: Page): Promise<void> => {
    await page.keyboard.press('Escape');
    await sheetClosed(page);
  };

  return [
    ...screensAtTheDoor(house, empty),
    [
      'my work',
      async (page) => {
        await signIn(page);
        await visit(page, '/');
        await page.getByText('Pump 3 leaks').waitFor();
      },
    ],
    [
      'my work, with its filter',
      async (page) => {
        await page.getByRole('button', { name: m.work_filter() }).click();
        await page.getByLabel(m.report_site()).selectOption('oven-hall');
        await page.getByRole('button', { name: m.work_clear() }).waitFor();
      },
    ],
    [
      'my work, searched',
      async (page) => {
        await visit(page, '/?q=pump');
        await page.locator('.find-n').waitFor();
        await page.locator('.tt mark').first().waitFor();
      },
    ],
    [
      'a ticket',
      async (page) => {
        await visit(page, `/tickets/${ticket}`);
        await heading(page, 'Pump 3 leaks');
        await page.getByRole('button', { name: m.command_progress() }).waitFor();
      },
    ],
    [
      'a ticket, its update',
      async (page) => {
        await page.getByRole('button', { name: m.command_progress() }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'a ticket, handed over',
      async (page) => {
        await closeSheet(page);
        await page.getByRole('button', { name: m.command_transfer() }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'a ticket, more',
      async (page) => {
        await closeSheet(page);
        await page.getByRole('button', { name: m.act_more_heading() }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'a ticket, solved',
      async (page) => {
        await page.getByRole('button', { name: m.command_resolve() }).click();
        await page.getByRole('dialog').locator('form').waitFor();
      },
    ],
    [
      'no such ticket',
      async (page) => {
        await visit(page, '/tickets/01KAHJ3ZZZZZZZZZZZZZZZZZZ9');
        await heading(page, m.ticket_gone_heading());
      },
    ],
    [
      'report',
      async (page) => {
        await visit(page, '/report');
        await page.getByLabel(m.report_what()).waitFor();
      },
    ],
    [
      'report, nothing typed',
      async (page) => {
        await page.getByRole('button', { name: m.report_send() }).click();
        await page.getByText(m.report_what_missing()).waitFor();
      },
    ],
    [
      'report, with a photo, where something is open',
      async (page) => {
        await page.getByLabel(m.report_site()).selectOption('oven-hall');
        await page.getByText(m.already_heading()).waitFor();
        const photo = { name: 'a.png', mimeType: 'image/png', buffer: dot };
        await page.locator('input[type=file]').first().setInputFiles(photo);
        await page.getByRole('button', { name: m.photo_remove({ n: 1 }) }).waitFor();
      },
    ],
    [
      'report, the photo shown large',
      async (page) => {
        const name = m.photo_open({ photo: m.photo_mine({ n: 1 }) });
        await page.getByRole('button', { name }).click();
        await page.locator('.photo-large img.is-shown').waitFor();
      },
    ],
    [
      'report, the photo taken away again',
      async (page) => {
        await page.getByRole('button', { name: m.photo_close() }).click();
        await page.getByRole('button', { name: m.photo_remove({ n: 1 }) }).click();
        await page.locator('.photos').waitFor({ state: 'detached' });
        await page.getByLabel(m.report_site()).selectOption('');
      },
    ],
    [
      'report, waiting',
      async (page) => {
        await page.route('**/api/sync', (route) => route.abort());
        await typeReport(page);
        await page.getByText(m.waiting_heading()).waitFor();
      },
    ],
    [
      'withdraw?',
      async (page) => {
        await page.getByRole('button', { name: m.ticket_withdraw() }).click();
        await page.getByText(m.report_discard_maybe()).waitFor();
      },
    ],
    [
      'my work, with a report that waits',
      async (page) => {
        await visit(page, '/');
        await page.getByText(m.on_this_device()).first().waitFor();
      },
    ],
    [
      'outbox',
      async (page) => {
        await visit(page, '/outbox');
        await page.getByText(m.on_this_device()).first().waitFor();
      },
    ],
    [
      'a refused report in the outbox, and another that waits',
      async (page) => {
        await page.unroute('**/api/sync');
        await visit(page, '/report');
        await page.getByLabel(m.report_site()).selectOption('ward');
        await page.route('**/api/sync', (route) => route.abort());
        await typeReport(page);
        await page.getByText(m.waiting_heading()).waitFor();
        const { ward: _, ...sites } = company.sites;
        await house.operator('/api/directory', {
          json: { document: { ...companyWithContract, sites }, prune: true, dryRun: false },
        });
        await page.unroute('**/api/sync');
        await visit(page, '/');
        await page.getByText(m.work_problems({ n: 1 })).waitFor();
        await house.operator('/api/directory', {
          json: { document: companyWithContract, prune: false, dryRun: false },
        });
        await page.route('**/api/sync', (route) => route.abort());
        await visit(page, '/report');
        await typeReport(page);
        await page.getByText(m.waiting_heading()).waitFor();
        await visit(page, '/outbox');
        await page.getByText(m.refusal_unknown_site()).waitFor();
        await page.getByText(m.on_this_device()).first().waitFor();
      },
    ],
    [
      'discard what was refused?',
      async (page) => {
        await page.getByRole('button', { name: m.report_discard() }).click();
        await page.getByText(m.outbox_discard_text()).waitFor();
      },
    ],
    [
      'my work, with a problem',
      async (page) => {
        await visit(page, '/');
        await page.getByText(m.work_problems({ n: 1 })).waitFor();
      },
    ],
    [
      'you',
      async (page) => {
        await mayAlert(page, 'denied');
        await visit(page, '/you');
        await heading(page, m.you_heading());
        await page.getByText(m.pager_denied()).waitFor();
      },
    ],
    [
      'you, pages not set up',
      async (page) => {
        await mayAlert(page, 'default');
        await visit(page, '/you');
        await page.getByRole('button', { name: m.pager_get() }).waitFor();
      },
    ],
    [
      'you, pages set up',
      async (page) => {
        await mayAlert(page, 'granted');
        await visit(page, '/you');
        await page.getByText(m.pager_might_not()).waitFor();
      },
    ],
    [
      'you, no pages here any more?',
      async (page) => {
        await page.getByRole('button', { name: m.pager_stop() }).click();
        await page.getByText(m.pager_stop_text()).waitFor();
      },
    ],
    [
      'nothing here',
      async (page) => {
        await visit(page, '/nowhere');
        await heading(page, m.lost_heading());
      },
    ],
    [
      'the live screen',
      async (page) => {
        await page.unroute('**/api/sync');
        await visit(page, `/live/${ticket}`);
        await page.locator('.live .btn-1').waitFor();
        await page.locator('.rung.is-live').waitFor();
      },
    ],
    [
      'my pages',
      async (page) => {
        await visit(page, '/pages');
        await page.locator('.tt > li').first().waitFor();
      },
    ],
    [
      'queue',
      async (page) => {
        await visit(page, '/queue');
        await page.getByText('Pump 3 leaks').first().waitFor();
      },
    ],
    [
      'words to the client',
      async (page) => {
        await visit(page, `/tickets/${ticket}`);
        await page.getByRole('button', { name: m.act_more_heading() }).click();
        await page.getByRole('button', { name: m.command_comment() }).click();
        await page.getByRole('dialog').getByText(m.act_public()).waitFor();
      },
    ],
    ...screensOfClients(house, ticket),
  ];
}
