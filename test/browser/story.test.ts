import type { Timeline } from '@rung/protocol/ticket-view.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { coldStore } from '../harness/cold-store.ts';
import { company } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { withExif } from '../harness/exif.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';
import { pagedPhone, pagingBy, signedInPhone } from '../harness/paged-phone.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';
import { ratings } from '@rung/domain/ticket/severity.ts';
import { writeReport } from '../harness/report-form.ts';

const minute = 60_000;
const title = 'Cold store 4 too warm';

describe.each(dialects)('a ticket that is typed in a cellar, with %s', (dialect) => {
  let browser: Browser;
  let service: PushService;
  let house: TestHouse;
  beforeAll(async () => {
    [browser, service] = await Promise.all([openBrowser(), openPushService()]);
    house = await testHouse(dialect, { directory: coldStore, ...pagingBy(service) });
  });
  afterAll(() => Promise.all([browser.close(), service.close(), house.close()]));

  const timeline = async (ticket: string): Promise<Timeline> => {
    const ada = await house.as('ada');
    return (await (await ada(`/api/tickets/${ticket}/timeline`)).json()) as Timeline;
  };

  test('wakes one after the other until somebody has it, and the cellar sees who', async () => {
    const mara = await pagedPhone(browser, service, house, 'mara');
    const lena = await pagedPhone(browser, service, house, 'lena');
    const dora = await signedInPhone(browser, house, 'dora');
    await dora.signIn();
    const { page, context } = dora;

    // In the cellar: a report with a photo, at once on the phone and nowhere else.
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
    await writeReport(page, title, { site: 'oven-hall', rating: ratings.S1 });
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByText(m.on_this_device()).first().waitFor();
    const ticket = /[0-9A-Z]{26}/.exec(page.url())![0];

    // Up the stairs: its number, and whom the server pages next.
    await context.setOffline(false);
    await page
      .getByText(/#1\d\d\d/)
      .first()
      .waitFor();
    await page.getByText(company.people.mara.name, { exact: false }).first().waitFor();
    await expect
      .poll(async () => (await timeline(ticket)).events.map(({ name }) => name), {
        timeout: 30_000,
      })
      .toContain('stored');
    const { events } = await timeline(ticket);
    const attached = events.find(({ name }) => name === 'attached')?.args as { file: string };
    const ada = await house.as('ada');
    expect((await ada(`/api/files/${attached.file}`)).status).toBe(200);
    const stored = events.find(({ name }) => name === 'stored')?.args;
    expect(stored).toEqual({ file: attached.file, hash: (attached as { hash?: string }).hash });

    // The first is woken and does not answer; so is the next.
    expect(await mara.receive()).toContainEqual(expect.stringContaining(title));
    await mara.page.close();
    await house.forward(6 * minute);
    expect(await lena.receive()).toContainEqual(expect.stringContaining(title));

    // She has neither the app open nor a session, and one tap is enough.
    await lena.page.close();
    await lena.context.clearCookies();
    await lena.tap(ticket, 'acknowledge');
    expect(await lena.shownOf(ticket)).toMatchObject({ title: m.worker_yours(), silent: true });
    expect(await timeline(ticket)).toMatchObject({ owner: 'lena', run: { state: 'acked' } });

    // The first one's page is taken back, and nobody is woken any more.
    const { name } = company.people.lena;
    expect(await mara.receive()).toContainEqual(m.push_taken({ name, title }));
    const pushed = service.received.length;
    await house.forward(20 * minute);
    expect(service.received.length).toBe(pushed);

    // By itself, on the screen that was left open.
    await page.getByText(name, { exact: false }).first().waitFor();
    expect(dora.faults).toEqual([]);
  });
});
