import { m } from '@rung/messages/compiled/messages.js';
import { type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { password } from '../harness/company.ts';
import { dialects, freshPlace } from '../harness/dialects.ts';
import { freePort } from '../harness/free-port.ts';
import { writeReport } from '../harness/report-form.ts';
import { startProcess, type ServerProcess, variablesOf } from '../harness/server-process.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const shown = (page: Page, text: string): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor();

/** Titles that the server has, as the page's own session reads them. */
const titles = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const answer = await fetch('/api/tickets');
    const { tickets } = (await answer.json()) as { tickets: { title: string }[] };
    return tickets.map(({ title }) => title);
  });

describe.each(dialects)('on a phone and a server with %s', (dialect) => {
  test('a first ticket gets its number, and one typed while the server is down arrives once', async () => {
    const place = await freshPlace(dialect);
    const port = await freePort();
    const { page, faults } = await openDevice(browser, 'phone');
    let server: ServerProcess | null = null;
    try {
      server = startProcess(variablesOf(place, port));
      const { msg } = await server.logged(/Set it up: /);
      const link = /http:\S+/.exec(msg)![0];

      // Set up with the token from the log.
      await page.goto(link);
      await page.getByLabel(m.setup_organisation()).fill('Nordkalt');
      await page.getByLabel(m.setup_name()).fill('Ada');
      await page.getByLabel(m.signin_email()).fill('ada@example.org');
      await page.getByLabel(m.password_new()).fill(password);
      await page.getByRole('button', { name: m.setup_submit() }).click();
      await page.getByRole('heading', { name: m.work_heading() }).waitFor();

      // Report, and see the number.
      await page.getByRole('link', { name: m.report_heading() }).filter({ visible: true }).click();
      await writeReport(page, 'Pump 3 leaks');
      await shown(page, '#1001');
      const address = page.url();
      expect(address).toMatch(/\/tickets\/[0-9A-Z]{26}$/);

      // The address opens without the server, and shows the ticket: it stands on this device.
      await page.evaluate(async () => void (await navigator.serviceWorker.ready));
      expect(await server.stop()).toMatchObject({ code: 0 });
      await page.reload();
      await page.getByRole('heading', { name: 'Pump 3 leaks' }).waitFor();
      await shown(page, '#1001');

      // Typed now, it is kept.
      await page.goto(new URL('/report', address).href);
      await writeReport(page, 'Oven 2 stays cold');
      await shown(page, m.waiting_heading());
      await page.reload();
      await shown(page, m.waiting_heading());
      await shown(page, 'Oven 2 stays cold');

      // The server comes back: the report leaves by itself.
      server = startProcess(variablesOf(place, port));
      await server.logged(/^Rung is serving$/);
      await shown(page, '#1002');
      expect(page.url()).toMatch(/\/tickets\/[0-9A-Z]{26}$/);
      expect(await titles(page)).toEqual(['Oven 2 stays cold', 'Pump 3 leaks']);
      expect(faults).toEqual([]);
    } finally {
      await server?.kill();
      await place.remove();
    }
  });
});
