/** A phone in Chromium that holds so many open tickets, without a network. */

import { readFileSync } from 'node:fs';
import { m } from '@rung/messages/compiled/messages.js';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium, launchArgs } from '../../harness/chromium.ts';
import { reportMessage } from '../../harness/command.ts';
import { company, password } from '../../harness/company.ts';
import { type TestHouse, testHouse } from '../../harness/house.ts';

/** A person reads before he acts. */
const restMs = 500;

export type Phone = {
  readonly page: Page;
  /** Opens the ticket as a push does, and waits until it can be acknowledged. */
  opened(ticket: string): Promise<void>;
  close(): Promise<void>;
};

/** A house with so many open tickets; Mara is paged for every `paged`th, and Lena has the others. */
export async function houseOf(
  count: number,
  paged: number,
): Promise<{ readonly house: TestHouse; readonly asked: readonly string[] }> {
  const house = await testHouse('sqlite', { clock: Date.now() });
  const [lena] = await Promise.all([house.as('lena'), house.as('mara')]);
  const asked: string[] = [];
  for (let n = 0; n < count; n += 50) {
    const sent = Array.from({ length: Math.min(50, count - n) }, (_, k) => {
      const take = (n + k) % paged !== 0;
      const json = reportMessage(`Pump ${n + k} leaks`, { site: 'oven-hall', take });
      if (!take) asked.push(json.command.args.ticket);
      return lena('/api/commands', { json });
    });
    for (const answer of await Promise.all(sent)) {
      if (!answer.ok) throw new Error(`a report: ${answer.status} ${await answer.text()}`);
    }
  }
  return { house, asked };
}

export const openChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: [...launchArgs] });

/** Mara's, once everything is on it and the network is gone. */
export async function phoneOf(browser: Browser, house: TestHouse, count: number): Promise<Phone> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const at = (path: string): string => new URL(path, house.config.publicUrl).href;
  const data = { email: company.people.mara.email, password };
  await context.request.post(at('/api/session'), { data });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(at('/'));
  await page
    .getByText(/^As of/)
    .first()
    .waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await holds(page, count);
  await context.setOffline(true);
  return {
    page,
    async opened(ticket) {
      await page.goto(at(`/tickets/${ticket}`));
      await page.getByRole('button', { name: m.command_acknowledge(), exact: true }).waitFor();
      // What is measured is the act, not the end of its opening.
      await page.waitForTimeout(restMs);
    },
    close: () => context.close(),
  };
}

/** Waits until the device holds so many tickets. */
async function holds(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (asked) =>
      new Promise<boolean>((resolve, reject) => {
        const opening = indexedDB.open('rung-mara');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const database = opening.result;
          const counting = database.transaction('ticket').objectStore('ticket').count();
          counting.onsuccess = () => {
            database.close();
            resolve(counting.result >= asked);
          };
        };
      }),
    count,
    { polling: 500 },
  );
}

/** What else the machine does: its load of the last minute. */
export const load = (): string => readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? '';
