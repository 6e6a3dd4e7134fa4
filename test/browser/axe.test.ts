import { AxeBuilder } from '@axe-core/playwright';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportMessage } from '../harness/command.ts';
import { openBrowser, openDevice, type Size } from '../harness/browser.ts';
import { company, password } from '../harness/company.ts';
import { writeReport } from '../harness/report-form.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

let browser: Browser;
let house: TestHouse;
let empty: TestHouse;
/** One pixel. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const pump = reportMessage('Pump 3 leaks', { severity: 'S1', site: 'oven-hall' });

beforeAll(async () => {
  [browser, house, empty] = await Promise.all([
    openBrowser(),
    testHouse('sqlite'),
    testHouse('sqlite', { isEmpty: true }),
  ]);
  const mara = await house.as('mara');
  expect((await mara('/api/commands', { json: pump })).status).toBe(200);
});
afterAll(() => Promise.all([browser.close(), house.close(), empty.close()]));

const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name }).filter({ visible: true }).first().waitFor();

/** Opens an address of the house. */
const visit = (page: Page, path: string, of = house): Promise<unknown> =>
  page.goto(new URL(path, of.config.publicUrl).href);

async function signIn(page: Page): Promise<void> {
  const url = new URL('/api/session', house.config.publicUrl).href;
  const { email } = company.people.mara;
  const answer = await page.request.post(url, { data: { email, password } });
  expect(answer.status()).toBe(200);
}

/**
 * The screen You in a browser of which its person said so, with a push service and a server that do what they must. Chromium
 * of tests says no to everybody, and has no push service.
 */
async function mayAlert(page: Page, permission: NotificationPermission): Promise<void> {
  const publicKey = `B${'A'.repeat(86)}`;
  await page.unroute('**/api/subscription');
  await page.route('**/api/subscription', async (route) => {
    const kept = {
      fingerprint: '',
      isBroken: false,
      isSuspect: true,
      shownAt: null,
      latencyMs: null,
    };
    if (route.request().method() === 'GET') await route.fulfill({ json: { publicKey, kept } });
    else await route.fulfill({ status: 204 });
  });
  await page.addInitScript((said) => {
    const options = { applicationServerKey: null };
    const keys = { p256dh: '', auth: '' };
    const toJSON = () => ({ endpoint: 'https://push.test/1', keys });
    const mine = { endpoint: 'https://push.test/1', options, toJSON, unsubscribe: () => true };
    Object.defineProperty(Notification, 'permission', { configurable: true, value: said });
    Notification.requestPermission = () => Promise.resolve(said);
    Object.assign(PushManager.prototype, {
      getSubscription: async () => mine,
      subscribe: async () => mine,
    });
  }, permission);
  await visit(page, '/you');
}

async function typeReport(page: Page): Promise<void> {
  await writeReport(page, 'Oven 2 stays cold');
}

/** Every screen, in an order in which one visitor can see them; each ends when what is to be judged is there. */
const screens: readonly (readonly [name: string, show: (page: Page) => Promise<void>])[] = [
  [
    'set-up',
    async (page) => {
      await visit(page, '/setup', empty);
      await heading(page, m.setup_heading());
    },
  ],
  [
    'set-up, nothing typed',
    async (page) => {
      await page.getByRole('button', { name: m.setup_submit() }).click();
      await page.getByText(m.setup_token_missing()).waitFor();
    },
  ],
  [
    'one-time link',
    async (page) => {
      const answer = await house.operator('/api/directory/links', { json: { person: 'lena' } });
      const { url } = (await answer.json()) as { url: string };
      await page.goto(url);
      await heading(page, m.welcome_heading({ name: 'Lena' }));
    },
  ],
  [
    'one-time link, used',
    async (page) => {
      await visit(page, '/welcome#nothing');
      await page.reload();
      await heading(page, m.welcome_used_heading());
    },
  ],
  [
    'sign-in',
    async (page) => {
      await visit(page, '/');
      await heading(page, m.signin_heading());
    },
  ],
  [
    'sign-in, wrong',
    async (page) => {
      await page.getByLabel(m.signin_email()).fill('nobody@example.org');
      await page.getByLabel(m.signin_password()).fill('not my password');
      await page.getByRole('button', { name: m.sign_in() }).click();
      await page.getByText(m.signin_wrong()).waitFor();
    },
  ],
  [
    'my work',
    async (page) => {
      await signIn(page);
      await visit(page, '/');
      await page.getByText('Pump 3 leaks').waitFor();
    },
  ],
  [
    'a ticket',
    async (page) => {
      await visit(page, `/tickets/${pump.command.args.ticket}`);
      await heading(page, 'Pump 3 leaks');
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
        json: { document: { ...company, sites }, prune: true, dryRun: false },
      });
      await page.unroute('**/api/sync');
      await visit(page, '/');
      await page.getByText(m.work_problems({ n: 1 })).waitFor();
      await house.operator('/api/directory', {
        json: { document: company, prune: false, dryRun: false },
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
      await heading(page, m.you_heading());
      await page.getByText(m.pager_denied()).waitFor();
    },
  ],
  [
    'you, pages not set up',
    async (page) => {
      await mayAlert(page, 'default');
      await page.getByRole('button', { name: m.pager_get() }).waitFor();
    },
  ],
  [
    'you, pages set up',
    async (page) => {
      await mayAlert(page, 'granted');
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
];

const looks = (['phone', 'desk'] as const satisfies readonly Size[]).flatMap((size) =>
  (['dark', 'light'] as const).map((scheme) => [size, scheme] as const),
);

test.each(looks)(
  'axe finds nothing wrong on a %s that is %s',
  { timeout: 180_000 },
  async (size, scheme) => {
    const { page } = await openDevice(browser, size);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    for (const [name, show] of screens) {
      await show(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations) {
        for (const node of nodes) {
          found.push(`${name}: ${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`);
        }
      }
    }
    expect(found).toEqual([]);
  },
);
