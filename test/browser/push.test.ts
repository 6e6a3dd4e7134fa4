import { createHash } from 'node:crypto';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage } from '../harness/command.ts';
import { company, type PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { idIn, pagedPhone, pagingBy } from '../harness/paged-phone.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';

const minute = 60_000;

describe.each(dialects)('a phone that is paged by a server with %s', (dialect) => {
  let browser: Browser;
  let service: PushService;
  let house: TestHouse;

  beforeAll(async () => {
    [browser, service] = await Promise.all([openBrowser(), openPushService()]);
  });
  afterAll(() => Promise.all([browser.close(), service.close()]));
  beforeEach(async () => {
    house = await testHouse(dialect, {
      directory: coldStore,
      ...pagingBy(service),
    });
  });
  afterEach(() => house.close());

  const at = (path: string): string => new URL(path, house.config.publicUrl).href;

  const phoneOf = (person: PersonKey) => pagedPhone(browser, service, house, person);

  async function report(title: string): Promise<string> {
    const nils = await house.as('dora');
    const json = reportMessage(title, { site: 'oven-hall', severity: 'S1' });
    const answer = await nils('/api/commands', { json });
    expect(answer.status).toBe(200);
    return json.command.args.ticket;
  }

  async function stands(ticket: string) {
    const ada = await house.as('ada');
    const answer = await ada(`/api/tickets/${ticket}/timeline`);
    return (await answer.json()) as { owner: string | null; run: { state: string } | null };
  }

  async function pageOf(person: PersonKey, ticket: string) {
    const row = await house.parts.db.read
      .selectFrom('page')
      .select('state')
      .where('ticket', '=', ticket)
      .where('person', '=', person)
      .executeTakeFirst();
    return row?.state;
  }

  /** Where the server sends what is for the person, as far as it says. */
  async function fingerprints(person: PersonKey): Promise<readonly (string | null)[]> {
    const rows = await house.parts.db.read
      .selectFrom('contact_method')
      .select('fingerprint')
      .where('person', '=', person)
      .execute();
    return rows.map(({ fingerprint }) => fingerprint);
  }

  test('is woken, shows it, calls home, and its person has it by one tap with the app closed and the session ended', async () => {
    const mara = await phoneOf('mara');
    const lena = await phoneOf('lena');
    const ticket = await report('Cold store 4 too warm');
    expect(await mara.receive()).toContainEqual(expect.stringContaining('Cold store 4 too warm'));
    await expect.poll(() => pageOf('mara', ticket)).toBe('received');

    await mara.page.close();
    await mara.context.clearCookies();
    await mara.tap(ticket, 'acknowledge');
    expect(await stands(ticket)).toMatchObject({ owner: 'mara', run: { state: 'acked' } });
    expect(await mara.shownOf(ticket)).toMatchObject({ title: m.worker_yours(), silent: true });
    // Who would have been next is left alone.
    await house.forward(28 * minute);
    expect(await lena.receive()).toEqual([m.push_pager_works()]);
    expect(await pageOf('lena', ticket)).toBeUndefined();
  });

  test('says that its person opened it, as soon as he taps on it', async () => {
    const mara = await phoneOf('mara');
    const ticket = await report('Door 2 does not open');
    await mara.receive();
    await mara.page.close();
    const { opened } = await mara.tap(ticket);
    expect(opened).toEqual([expect.stringContaining(at(`/live/${ticket}#page=`))]);
    expect(await pageOf('mara', ticket)).toBe('seen');
    expect(await mara.shownOf(ticket)).toBeUndefined();
  });

  test('says “not sent yet” while its network is down, and sends it by itself when that is back', async () => {
    const mara = await phoneOf('mara');
    const ticket = await report('Brine pump stands');
    await mara.receive();
    await mara.page.close();
    await mara.context.setOffline(true);
    // It goes on trying as long as the tap keeps it awake.
    const tapping = mara.tap(ticket, 'acknowledge');
    await expect
      .poll(() => mara.shownOf(ticket))
      // Chromium wakes no worker for an app that has no window: nothing else is promised.
      .toMatchObject({ title: m.worker_unsent(), body: m.worker_unsent_open(), silent: false });
    expect((await stands(ticket)).owner).toBeNull();

    await mara.context.setOffline(false);
    await tapping;
    expect(await mara.shownOf(ticket)).toMatchObject({ title: m.worker_yours(), silent: true });
    expect((await stands(ticket)).owner).toBe('mara');
  });

  test('is told silently that somebody has it, and shows a page that comes later than that as over', async () => {
    const mara = await phoneOf('mara');
    const lena = await phoneOf('lena');
    const ticket = await report('Gate does not close');
    await mara.receive();
    await house.forward(6 * minute);
    expect(await lena.receive()).toContainEqual(expect.stringContaining('Gate does not close'));

    await lena.tap(ticket, 'acknowledge');
    expect((await stands(ticket)).owner).toBe('lena');
    await house.look();
    const page = service.received.findLast(({ json }) => says(json, 'page', 'mara', ticket))!;
    const { name } = company.people.lena;
    const title = m.push_taken({ name, title: 'Gate does not close' });
    expect(await mara.receive()).toContainEqual(title);
    // Push has no order: the page comes once more, after what took it back.
    await mara.pushes.deliver(page.text!);
    await expect
      .poll(() => mara.shownOf(ticket))
      .toMatchObject({ title, silent: true, actions: [], data: { id: idIn(page.json) } });
  });

  test('shows something for whatever comes, in the language that was chosen on it', async () => {
    const mara = await phoneOf('mara');
    const shown = async () => {
      await mara.pushes.deliver('{"half":');
      return (await mara.pushes.shown()).map(({ title }) => title);
    };
    await expect.poll(shown).toContain(m.worker_unreadable());
    await mara.page.getByRole('radio', { name: 'Deutsch' }).check();
    await expect.poll(shown).toContain(m.worker_unreadable({}, { locale: 'de' }));
  });

  test('subscribes anew by its worker alone, at the next push with the app closed', async () => {
    const mara = await phoneOf('mara');
    const check = service.received.at(-1)!;
    expect(await fingerprints('mara')).toEqual([fingerprintOf(check.endpoint)]);
    await mara.page.close();
    await mara.pushes.patchWorker();
    await mara.pushes.forget();
    await mara.pushes.deliver(check.text!);

    await expect.poll(() => fingerprints('mara')).not.toEqual([fingerprintOf(check.endpoint)]);
    const { endpoint } = (await mara.pushes.subscribed())!;
    expect(await fingerprints('mara')).toEqual([fingerprintOf(endpoint)]);
    await report('Fan 3 rattles');
    expect(await mara.receive()).toContainEqual(expect.stringContaining('Fan 3 rattles'));
  });

  test('subscribes anew by itself when its subscription is gone', async () => {
    const mara = await phoneOf('mara');
    const before = await mara.pushes.subscribed();
    service.always(before?.endpoint ?? '', { status: 410 });
    await report('Fan 2 rattles');
    await house.look();
    await mara.page.goto(at('/'));
    await expect
      .poll(async () => (await mara.pushes.subscribed())?.endpoint)
      .not.toBe(before?.endpoint);
    // What he was not told waits, and goes to the new one.
    await expect
      .poll(() => mara.receive())
      .toContainEqual(expect.stringContaining('Fan 2 rattles'));
  });
});

/** As the server knows an endpoint. */
function fingerprintOf(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('base64url');
}

function says(json: unknown, what: string, person: string, ticket: string): boolean {
  type Data = { readonly says: string; readonly person: string; readonly ticket: string | null };
  const { data } = (json as { notification?: { data?: Data } }).notification ?? {};
  return data?.says === what && data.person === person && data.ticket === ticket;
}
