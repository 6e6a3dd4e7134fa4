/** The story that must pass, told once, for houses that differ in how time passes there and in what befalls them. */

import type { RungFired } from '@rung/domain/ticket/events.ts';
import type { Timeline } from '@rung/protocol/ticket-view.ts';
import { ratings } from '@rung/domain/ticket/severity.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openDevice, sheetClosed } from './browser.ts';
import { company, password } from './company.ts';
import { withExif } from './exif.ts';
import { pagedPhone, type Phone, type Served, signedInPhone } from './paged-phone.ts';
import type { PushService } from './push-service.ts';
import { writeReport } from './report-form.ts';

/** Who plays in it: Mara is on call, Lena comes next, Dora reports, and the client's Berta looks on at her desk. */
export type Cast = {
  readonly mara: Phone;
  readonly lena: Phone;
  readonly dora: Device;
  readonly berta: Device;
};
type Device = Awaited<ReturnType<typeof openDevice>>;

/** Where something may befall the server. */
export type Turn =
  /** The report stands on the phone and nowhere else. */
  | 'typed'
  /** Its number stands on the phone. */
  | 'up the stairs'
  /** The first was paged. */
  | 'first is woken'
  /** The second was paged too. */
  | 'both are woken'
  /** She has tapped again, and the answer waits on her phone. */
  | 'not sent yet';

/** What the story comes to, whatever befalls the server. */
export type End = {
  readonly owner: string | null;
  readonly run: string | undefined;
  /** Names of what happened, in their order; of the picture nothing, which comes when it comes. */
  readonly log: readonly string[];
  /** Whom each rung paged. */
  readonly fired: readonly (readonly string[])[];
  /** Of those who were paged, how it ended for each. */
  readonly pages: readonly string[];
};

/** The people sign in on their phones, and those who are to be paged turn that on. */
export async function castOf(browser: Browser, service: PushService, house: Served): Promise<Cast> {
  const mara = await pagedPhone(browser, service, house, 'mara');
  const lena = await pagedPhone(browser, service, house, 'lena');
  const dora = await signedInPhone(browser, house, 'dora');
  await dora.signIn();
  await house.as('berta');
  const berta = await openDevice(browser, 'desk');
  const data = { email: company.people.berta.email, password };
  const url = new URL('/api/session', house.config.publicUrl).href;
  expect((await berta.context.request.post(url, { data })).status()).toBe(200);
  return { mara, lena, dora, berta };
}

/** A page that a killed server had in its hands waits for the end of its lease, ms. */
const patience = 45_000;

/** What Ada reads of the ticket. */
export async function timelineOf(house: Served, ticket: string): Promise<Timeline> {
  const ada = await house.as('ada');
  return (await (await ada(`/api/tickets/${ticket}/timeline`)).json()) as Timeline;
}

/** In the cellar: a report with a photo, at once on the phone and nowhere else. Answers the ticket's id. */
async function reportOffline({ context, page }: Device, title: string): Promise<string> {
  await page.goto(new URL('/', page.url()).href);
  await page.getByRole('link', { name: m.report_heading() }).filter({ visible: true }).click();
  await page.getByText(m.photo_add()).waitFor();
  await context.setOffline(true);
  const picture = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 200 });
    canvas.getContext('2d')!.fillRect(20, 20, 100, 60);
    return canvas.toDataURL('image/jpeg').split(',')[1]!;
  });
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: 'IMG_1.jpg',
      mimeType: 'image/jpeg',
      buffer: withExif(Buffer.from(picture, 'base64'), 'Pinhole Brothers'),
    });
  await page.locator('.photos > li').first().waitFor();
  await writeReport(page, title, { site: 'oven-hall', rating: ratings.S2 });
  await page.getByRole('heading', { name: title }).waitFor();
  await page.getByText(m.on_this_device()).first().waitFor();
  return /[0-9A-Z]{26}/.exec(page.url())![0];
}

/** It gets worse, and whoever reported it says so. */
async function raise(page: Page): Promise<void> {
  await page.getByRole('button', { name: m.act_more_heading() }).click();
  await page.getByRole('button', { name: m.command_change_severity(), exact: true }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('radio', { name: m.severity_s1() }).check();
  await sheet.getByLabel(m.act_reason()).fill('It drips on the dough');
  await sheet.getByRole('button', { name: m.command_change_severity() }).click();
  await sheetClosed(page);
}

/** When it stands on a screen that nobody touches. */
async function seenAt(page: Page, words: string): Promise<number> {
  const text = page.getByText(words).filter({ visible: true }).first();
  await text.waitFor({ timeout: patience });
  return Date.now();
}

type Told = {
  readonly ticket: string;
  readonly end: End;
  /** How long after she had it the open screens said so; means something where the server has our clock. */
  readonly toldInMs: { readonly dora: number; readonly berta: number };
};

/** Tells it. `nobodyAnswers`: time passes until the next one is called. `at`: what befalls the server at a turn. */
export async function tellFromTheCellar(
  house: Served,
  { mara, lena, dora, berta }: Cast,
  title: string,
  {
    nobodyAnswers = () => Promise.resolve(),
    at = () => Promise.resolve(),
  }: {
    readonly nobodyAnswers?: () => Promise<void>;
    readonly at?: (turn: Turn) => Promise<void>;
  },
): Promise<Told> {
  const { name } = company.people.lena;
  const shows = (phone: Phone, words: string): Promise<void> =>
    expect
      .poll(() => phone.receive(), { timeout: patience })
      .toContainEqual(expect.stringContaining(words));

  const ticket = await reportOffline(dora, title);
  await at('typed');

  // Up the stairs: its number, and whom the server pages next.
  await dora.context.setOffline(false);
  await seenAt(dora.page, '#1');
  await at('up the stairs');
  await seenAt(dora.page, company.people.mara.name);
  await expect.poll(() => isStored(house, ticket), { timeout: patience }).toBe(true);

  // The client looks: nobody has it yet.
  await berta.page.goto(new URL(`/portal/${ticket}`, house.config.publicUrl).href);
  await seenAt(berta.page, title);
  expect(await berta.page.getByText(m.portal_taken()).count()).toBe(0);

  // The first is woken and does not answer; so is the next.
  await shows(mara, title);
  await mara.page.close();
  await at('first is woken');
  await nobodyAnswers();
  await shows(lena, title);
  await at('both are woken');

  // She has neither the app open nor a session, and one tap is enough. The screens that were left open say so by themselves.
  await lena.page.close();
  await lena.context.clearCookies();
  const [dorasAt, bertasAt] = await Promise.all([
    seenAt(dora.page, m.has_other({ name })),
    seenAt(berta.page, m.portal_taken()),
    lena.tap(ticket, 'acknowledge'),
  ]);
  expect(await lena.shownOf(ticket)).toMatchObject({ title: m.worker_yours(), silent: true });
  const { owner, run, events } = await timelineOf(house, ticket);
  expect([owner, run?.state]).toEqual(['lena', 'acked']);
  const hersAt = events.find((one) => one.name === 'acknowledged')?.recordedAt ?? 0;
  await shows(mara, m.push_taken({ name, title }));

  // It gets worse: both are asked anew. Her network is down as she taps, and what she is told is just that.
  await raise(dora.page);
  await shows(mara, `S1 · ${title}`);
  await shows(lena, `S1 · ${title}`);
  await lena.context.setOffline(true);
  const tapping = lena.tap(ticket, 'acknowledge');
  await expect
    .poll(() => lena.shownOf(ticket))
    .toMatchObject({ title: m.worker_unsent(), silent: false });
  expect(await timelineOf(house, ticket)).toMatchObject({ run: { state: 'active' } });
  await at('not sent yet');
  await lena.context.setOffline(false);
  await tapping;
  expect(await lena.shownOf(ticket)).toMatchObject({ title: m.worker_yours(), silent: true });
  await shows(mara, m.push_taken({ name, title }));
  await seenAt(berta.page, m.portal_severity({ severity: 'S1', words: m.severity_s1() }));
  // Who it is of us is not said to clients.
  expect(await berta.page.locator('body').innerText()).not.toContain(name);
  expect([dora.faults, berta.faults]).toEqual([[], []]);
  return {
    ticket,
    end: await endOf(house, ticket),
    toldInMs: { dora: dorasAt - hersAt, berta: bertasAt - hersAt },
  };
}

async function isStored(house: Served, ticket: string): Promise<boolean> {
  const { events } = await timelineOf(house, ticket);
  const attached = events.find(({ name }) => name === 'attached')?.args;
  const stored = events.find(({ name }) => name === 'stored')?.args;
  if (attached === undefined || stored === undefined) return false;
  expect(stored).toEqual({ file: attached['file'], hash: attached['hash'] });
  const ada = await house.as('ada');
  expect((await ada(`/api/files/${String(stored['file'])}`)).status).toBe(200);
  return true;
}

async function endOf(house: Served, ticket: string): Promise<End> {
  const { owner, run, events, pages } = await timelineOf(house, ticket);
  return {
    owner,
    run: run?.state,
    log: events.map(({ name }) => name).filter((name) => !['attached', 'stored'].includes(name)),
    fired: events
      .filter(({ name }) => name === 'rung-fired')
      .map(({ args }) => (args as RungFired['args']).pages.map(({ person }) => person).toSorted()),
    pages: pages.map(({ person, state }) => `${person} ${state}`).toSorted(),
  };
}
