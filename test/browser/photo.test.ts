import { readFile } from 'node:fs/promises';
import type { Timeline } from '@rung/protocol/ticket-view.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { company, password } from '../harness/company.ts';
import { withExif } from '../harness/exif.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { onDisk } from '../harness/on-disk.ts';
import { whatField, writeReport } from '../harness/report-form.ts';

let browser: Browser;
let house: TestHouse;
let context: BrowserContext;
let page: Page;
let faults: readonly string[];
const maker = 'Pinhole Brothers';

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  await house.as('mara');
});
afterAll(() => Promise.all([browser.close(), house.close()]));
beforeEach(async () => {
  ({ context, page, faults } = await openDevice(browser, 'phone'));
  const { email } = company.people.mara;
  await page.request.post(at('/api/session'), { data: { email, password } });
  await page.goto(at('/report'));
  await page.getByText(m.photo_add()).waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
});

const at = (path: string): string => new URL(path, house.config.publicUrl).href;
const photos = (on: Page) => on.locator('.photos > li');
const ticketIn = (url: string): string => /[0-9A-Z]{26}/.exec(url)![0];

/** A picture as a phone takes it, on its side: what lies wide in it was tall. Noise, so that no codec makes it small. */
async function taken(width: number, height: number): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([w, h]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
      const drawing = canvas.getContext('2d')!;
      const pixels = drawing.createImageData(w, h);
      let seed = 1;
      for (let n = 0; n < pixels.data.length; n += 1) {
        seed = (seed * 48_271) % 2_147_483_647;
        pixels.data[n] = n % 4 === 3 ? 255 : seed % 256;
      }
      drawing.putImageData(pixels, 0, 0);
      return canvas.toDataURL('image/jpeg', 0.9).split(',')[1]!;
    },
    [width, height] as const,
  );
  return withExif(Buffer.from(base64, 'base64'), maker);
}

async function add(buffer: Buffer, name = 'IMG_1.jpg', mimeType = 'image/jpeg'): Promise<void> {
  const input = page.locator('input[type=file]').first();
  await input.setInputFiles({ name, mimeType, buffer });
}

/** What the server knows of the ticket's pictures. */
async function told(ticket: string) {
  const mara = await house.as('mara');
  const { events } = (await (await mara(`/api/tickets/${ticket}/timeline`)).json()) as Timeline;
  const named = (name: string) =>
    events.filter((event) => event.name === name).map(({ args }) => args as Picture);
  return { attached: named('attached'), stored: named('stored') };
}
type Picture = { readonly file: string; readonly hash: string; readonly thumbnail: string };

const whenStored = (ticket: string, count = 1): Promise<void> =>
  expect.poll(async () => (await told(ticket)).stored.length, { timeout: 30_000 }).toBe(count);

/** No command of hers waits on this device. */
const whenSent = (): Promise<void> =>
  expect.poll(() => onDisk(page, 'mara', 'outbox')).toHaveLength(0);

/** The picture as a colleague gets it: how large it is, and all that stands in it. */
const shownBy = (on: Page, file: string) =>
  on.evaluate(async (id) => {
    const answer = await fetch(`/api/files/${id}`);
    const blob = await answer.blob();
    const { width, height } = await createImageBitmap(blob);
    const text = new TextDecoder('latin1').decode(await blob.arrayBuffer());
    return { status: answer.status, width, height, text };
  }, file);

test('a photo taken offline survives its tab, goes after the text, and is on the server what it was here', async () => {
  const original = await taken(600, 400);
  await context.setOffline(true);
  // Before the first word: the photo alone is a draft.
  await add(original);
  await photos(page).nth(0).waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get('draft')).not.toBeNull();
  const address = page.url();
  await page.close();

  page = await context.newPage();
  await page.goto(address);
  await photos(page).nth(0).waitFor();
  await writeReport(page, 'Sump pump alarm');
  await page.getByRole('heading', { name: 'Sump pump alarm' }).waitFor();
  await page.locator('.photos').getByText(m.photo_here()).waitFor();
  expect(await bytesLeft()).toBe(1);

  await context.setOffline(false);
  await page
    .getByText(/#\d{4}/)
    .first()
    .waitFor();
  const ticket = ticketIn(page.url());
  await whenStored(ticket);
  await page.locator('.photos').getByText(m.photo_here()).waitFor({ state: 'detached' });
  // What the server has need not be here as well.
  await expect.poll(bytesLeft).toBe(0);
  const { attached, stored } = await told(ticket);
  expect(attached).toHaveLength(1);
  expect(stored).toMatchObject([{ file: attached[0]!.file, hash: attached[0]!.hash }]);

  // Upright, and without a word of where and with what it was taken; its small copy neither.
  expect(original.includes(maker)).toBe(true);
  const { status, width, height, text } = await shownBy(page, attached[0]!.file);
  expect({ status, width, height }).toEqual({ status: 200, width: 400, height: 600 });
  const small = Buffer.from(attached[0]!.thumbnail, 'base64').toString('latin1');
  for (const bytes of [text, small]) {
    expect(bytes).not.toContain(maker);
    expect(bytes).not.toContain('Exif');
  }
  expect(faults).toEqual([]);
});

test('a network that breaks in the middle of an upload goes on where it stopped', async () => {
  const offsets: string[] = [];
  let breaks = 2;
  await context.route('**/api/files/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return route.continue();
    offsets.push(request.headers()['upload-offset'] ?? '');
    if (offsets.length > 1 && breaks > 0) {
      breaks -= 1;
      return route.abort('connectionreset');
    }
    return route.continue();
  });
  await add(await taken(1600, 1200));
  await photos(page).nth(0).waitFor();
  await writeReport(page, 'Float switch stuck');
  await page
    .getByText(/#\d{4}/)
    .first()
    .waitFor();
  await whenStored(ticketIn(page.url()));
  expect(breaks).toBe(0);
  expect(offsets.filter((offset) => offset === '0')).toHaveLength(1);
  expect(new Set(offsets.slice(1, 4)).size).toBe(1);
});

test('a photo counts as on this device until its bytes are at the server, without a blink', async () => {
  await writeReport(page, 'Drain blocked');
  await page
    .getByText(/#\d{4}/)
    .first()
    .waitFor();
  const ticket = ticketIn(page.url());
  await whenSent();
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await context.route(/\/api\/files/, (route) => held.then(() => route.continue()));
  await page.evaluate(noteMark, [m.ticket_here({ n: '1' }), m.photo_elsewhere()] as const);
  await add(await taken(60, 40));
  await page.getByText(m.ticket_here({ n: '1' })).waitFor();
  await expect.poll(async () => (await told(ticket)).attached.length).toBe(1);
  // The screen knows that its command has arrived.
  await page.getByText(m.ticket_photo_elsewhere()).waitFor();
  expect(await marksOf()).toEqual([true]);
  letGo();
  await whenStored(ticket);
  await page.getByText(m.ticket_here({ n: '1' })).waitFor({ state: 'detached' });
  await page.locator('.photos').getByText(m.photo_here()).waitFor({ state: 'detached' });
  expect(await marksOf()).toEqual([true, false]);
  expect(await page.evaluate(() => (window as unknown as Noted).wasElsewhere)).toBe(false);
});

test('what is no picture is said by its name; a photo can be looked at and taken away again; Discard takes them all', async () => {
  await add(Buffer.from('%PDF-1.7'), 'report.pdf', 'image/jpeg');
  await page.getByText(m.photo_fault_no_picture({ name: 'report.pdf' })).waitFor();
  await add(await taken(60, 40), 'one.jpg');
  await add(await taken(80, 40), 'two.jpg');
  await photos(page).nth(1).waitFor();
  await page
    .getByText(m.photo_fault_no_picture({ name: 'report.pdf' }))
    .waitFor({ state: 'detached' });

  const mine = (n: number): string => m.photo_mine({ n });
  await page.getByRole('button', { name: m.photo_open({ photo: mine(1) }) }).click();
  await page
    .getByRole('dialog')
    .getByRole('heading', { name: mine(1) })
    .waitFor();
  await page.locator('.photo-large img.is-shown').waitFor();
  await page.getByRole('button', { name: m.photo_next() }).click();
  await page
    .getByRole('dialog')
    .getByRole('heading', { name: mine(2) })
    .waitFor();
  await page.getByRole('button', { name: m.photo_close() }).click();

  await page.getByRole('button', { name: m.photo_remove({ n: 1 }) }).click();
  await expect.poll(() => photos(page).count()).toBe(1);
  await whatField(page).fill('A false alarm');
  await page.getByText(/Draft kept/).waitFor();
  const address = page.url();
  await page.getByRole('button', { name: m.report_discard() }).click();
  await page.getByRole('dialog').getByRole('button', { name: m.report_discard() }).click();
  await page.getByRole('heading', { name: m.work_heading() }).waitFor();
  await page.goto(address);
  await page.getByRole('heading', { name: m.ticket_gone_heading() }).waitFor();
  await expect.poll(bytesLeft).toBe(0);
  expect(faults).toEqual([]);
});

test('a photo that the server does not take can be saved as a file, whole, and stays until it is discarded', async () => {
  await context.route('**/api/files/*', (route) =>
    route.fulfill({ status: 422, json: { kind: 'refused', code: 'no-picture' } }),
  );
  await add(await taken(60, 40));
  await photos(page).nth(0).waitFor();
  await writeReport(page, 'Gauge glass broken');
  await page
    .getByText(/#\d{4}/)
    .first()
    .waitFor();
  await page.goto(at('/outbox'));
  const save = page.getByRole('button', { name: m.outbox_photo_save() });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  expect(download.suggestedFilename()).toMatch(/^rung-photo-\d{4}-\d\d-\d\d-\w{4}\.(jpg|webp)$/);
  const bytes = await readFile(await download.path());
  const { width, height } = await sharp(bytes).metadata();
  expect([width, height]).toEqual([40, 60]);

  await page.getByRole('button', { name: m.report_discard() }).click();
  await page.getByRole('dialog').getByRole('button', { name: m.report_discard() }).click();
  await page.getByText(m.outbox_empty_heading()).waitFor();
  expect(await bytesLeft()).toBe(0);
  expect(faults).toEqual([]);
});

/** Parts of pictures on this device. */
const bytesLeft = async (): Promise<number> => (await onDisk(page, 'mara', 'file_part')).length;

type Noted = { readonly marks: readonly boolean[]; readonly wasElsewhere: boolean };
const marksOf = () => page.evaluate(() => (window as unknown as Noted).marks);

/** In the page: each time that a mark with these words comes or goes, and whether a picture was ever said to be elsewhere. */
function noteMark([words, elsewhere]: readonly [string, string]): void {
  const marks: boolean[] = [];
  Object.assign(window, { marks, wasElsewhere: false });
  new MutationObserver(() => {
    const isElsewhere = document.querySelector('.photos')?.textContent?.includes(elsewhere);
    if (isElsewhere === true) Object.assign(window, { wasElsewhere: true });
    const all = [...document.querySelectorAll('.st-phone')];
    const isThere = all.some(({ textContent }) => textContent?.trim() === words);
    if (isThere !== (marks.at(-1) ?? false)) marks.push(isThere);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}
