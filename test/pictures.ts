// Takes the pictures of the README: a real server with the example directory, a real browser. Writes docs/pictures.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Severity } from '@rung/domain/directory/directory.ts';
import type { PortalList } from '@rung/protocol/portal.ts';
import { ratings } from '@rung/domain/ticket/severity.ts';
import { m } from '@rung/messages/compiled/messages.js';
import { chromium, type Page } from 'playwright-core';
import { findChromium, launchArgs } from './harness/chromium.ts';
import { password } from './harness/company.ts';
import { freePort } from './harness/free-port.ts';
import { rate, whatField } from './harness/report-form.ts';
import { startProcess, variablesOf } from './harness/server-process.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const pictures = at('docs/pictures');
const data = mkdtempSync(join(tmpdir(), 'rung-pictures-'));
const place = { data, databaseUrl: pathToFileURL(join(data, 'rung.db')), remove: async () => {} };
const port = await freePort();
const env = variablesOf(place, port);

const applied = execFileSync(
  process.execPath,
  [at('server/src/programs/directory.ts'), 'apply', at('docs/examples/directory.yaml')],
  { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' },
);
const link = /\(jonas\)\s+(\S+)/.exec(applied)?.[1];
if (link === undefined) throw new Error(`no link for jonas in:\n${applied}`);

let server = startProcess(env);
const browser = await chromium.launch({ executablePath: findChromium(), args: [...launchArgs] });
try {
  await server.logged(/^Rung is serving$/);
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    colorScheme: 'dark',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel(m.password_new()).fill(password);
  await page.getByRole('button', { name: m.welcome_submit() }).click();
  await page.getByRole('heading', { name: m.work_heading() }).waitFor();

  await report(page, 'Door seal torn, cold room 2', 'S4', 'Bakery North');
  await report(page, 'Compressor cycles every two minutes', 'S2', 'Bakery North');
  await report(page, 'Chiller loses pressure', 'S1', 'Bakery North');

  await page.goto(new URL('/report', link).href);
  const puddle = 'Puddle under the flange, about a litre an hour.';
  await fill(page, `Brine pump 3 leaks\n${puddle}`, 'S2', 'Bakery North');
  await page.getByText(/Draft kept/).waitFor();
  await page.screenshot({ path: join(pictures, 'report.png') });

  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await server.kill();
  await page.getByRole('button', { name: m.report_send() }).click();
  await page.getByText(m.waiting_heading()).first().waitFor();
  await page.screenshot({ path: join(pictures, 'kept.png') });

  server = startProcess(env);
  await page.getByText('#1004').filter({ visible: true }).first().waitFor({ timeout: 60_000 });
  await page.goto(new URL('/', link).href);
  await page.getByText('Brine pump 3 leaks').waitFor();
  await page.screenshot({ path: join(pictures, 'work.png') });

  await page.getByText('Chiller loses pressure').click();
  await page.getByRole('heading', { name: m.ladder_heading() }).waitFor();
  await page.screenshot({ path: join(pictures, 'ladder.png') });
  await context.close();
  await server.kill();

  server = startProcess({
    ...env,
    RUNG_DEMO: '1',
    RUNG_DATA: join(data, 'demo'),
    RUNG_FILES: join(data, 'demo/files'),
    DATABASE_URL: pathToFileURL(join(data, 'demo/rung.db')).href,
  });
  await server.logged(/^Rung is serving$/);
  const demo = new URL('/', link);
  const dispatcher = await atADesk(demo, 'dora');
  await dispatcher.goto(new URL('/queue', demo).href);
  await dispatcher.getByRole('row').nth(40).waitFor({ timeout: 60_000 });
  // Somebody does not answer: the ladder moves.
  const climbing = dispatcher
    .getByRole('row')
    .filter({ hasText: /\d:\d\d to / })
    .first();
  await climbing.click({ timeout: 120_000 });
  await dispatcher.locator('.rung.is-live').first().waitFor();
  await dispatcher.screenshot({ path: join(pictures, 'queue.png') });
  await dispatcher.context().close();

  const client = await atADesk(demo, 'beatrice');
  await client.goto(new URL(`/portal/${await inWork(client, demo)}`, demo).href);
  await client.getByRole('heading', { level: 1 }).waitFor();
  await client.getByLabel(m.portal_answer()).fill('Store 3 has room for sixty pallets, if needed.');
  await client.getByRole('button', { name: m.portal_send() }).click();
  await client.getByText('Store 3 has room').first().waitFor();
  await client.evaluate(() => scrollTo(0, 0));
  await client.screenshot({ path: join(pictures, 'portal.png') });
} finally {
  await browser.close();
  await server.kill();
  rmSync(data, { recursive: true });
}

async function fill(on: Page, title: string, severity: Severity, site: string): Promise<void> {
  await whatField(on).fill(title);
  await on.getByLabel(m.report_site()).selectOption({ label: await option(on, site) });
  await rate(on, ratings[severity]);
}

/** The whole label of the option that names the site. */
async function option(on: Page, site: string): Promise<string> {
  const options = on.getByLabel(m.report_site()).locator('option');
  await options.filter({ hasText: site }).first().waitFor({ state: 'attached' });
  return (await options.filter({ hasText: site }).first().textContent()) ?? site;
}

async function report(on: Page, title: string, severity: Severity, site: string): Promise<void> {
  await on.goto(new URL('/report', on.url()).href);
  await fill(on, title, severity, site);
  await on.getByRole('button', { name: m.report_send() }).click();
  await on.getByRole('heading', { name: title }).waitFor();
}

/** A browser at a desk, by night, in which the visitor of the demo is this person. */
async function atADesk(demo: URL, person: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1.5,
    colorScheme: 'dark',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const entered = await context.request.post(new URL('/api/demo/be', demo).href, {
    data: { person },
    headers: { Origin: demo.origin },
  });
  if (!entered.ok()) throw new Error(`${person} cannot be entered: ${entered.status()}`);
  return context.newPage();
}

/** The worst of the client's tickets that somebody has. */
async function inWork(client: Page, demo: URL): Promise<string> {
  const answer = await client.request.get(new URL('/api/portal', demo).href);
  const { tickets } = (await answer.json()) as PortalList;
  const found = tickets
    .filter(({ state }) => state === 'in-work')
    .sort((a, b) => (a.severity < b.severity ? -1 : 1))[0];
  if (found === undefined) throw new Error('nobody works for this client');
  return found.id;
}
