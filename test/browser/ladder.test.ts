import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { company, password } from '../harness/company.ts';
import { minutes, seconds, type Story, tellStory } from '../harness/story.ts';

let browser: Browser;
let story: Story;
let context: BrowserContext;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Dora's phone: she reads every ticket, and is paged by none of these ladders. */
beforeEach(async () => {
  story = await tellStory('sqlite');
  await story.house.as('dora');
  ({ context, page, faults } = await openDevice(browser, 'phone'));
  await context.clock.install({ time: story.house.clock.now() });
  const { email } = company.people.dora;
  await context.request.post(at('/api/session'), { data: { email, password } });
});
afterEach(() => story.end());

const at = (path: string): string => new URL(path, story.house.config.publicUrl).href;
const ladder = () => page.getByRole('region', { name: m.ladder_heading() });
const rung = (text: string) => ladder().getByRole('listitem').filter({ hasText: text });
const shown = (text: string): Promise<void> => rung(text).first().waitFor();

/** Seconds that are left. */
async function left(): Promise<number> {
  const [min = '', sec = ''] = (await ladder().getByRole('timer').innerText()).split(':');
  return Number(min) * 60 + Number(sec);
}

/** Time passes on the server and here. */
async function pass(ms: number): Promise<void> {
  await story.house.forward(ms);
  await context.clock.fastForward(ms);
}

/** An S1 that pages Mara, then after five minutes Lena and Otto; shown on the phone. */
async function opened(): Promise<string> {
  const ticket = await story.report('berta', 'Cold store 4 warms', { severity: 'S1' });
  await page.goto(at(`/tickets/${ticket}`));
  await ladder().getByRole('timer').waitFor();
  return ticket;
}

test('the live rung counts down to whom the server pages next, and then that rung is the live one', async () => {
  await opened();
  await shown(m.ladder_then({ who: 'Lena and Otto' }));
  expect(await left()).toBeLessThanOrEqual(300);
  await pass(minutes(2));
  await expect.poll(left).toBeLessThanOrEqual(180);
  expect(await left()).toBeGreaterThan(120);
  await pass(minutes(3));
  await expect
    .poll(() => rung('2 Lena and Otto').first().getAttribute('class'))
    .toContain('is-live');
  await shown(m.ladder_then({ who: 'Mara' }));
  expect(faults).toEqual([]);
});

test('without a network it goes on counting, says as of when, and claims nothing about what was due', async () => {
  await opened();
  await context.setOffline(true);
  await context.clock.fastForward(minutes(1));
  await shown(m.ladder_known_until());
  await expect.poll(left).toBeLessThanOrEqual(240);
  await context.clock.fastForward(minutes(5));
  await shown(m.ladder_was_due({ who: 'Lena and Otto' }));
  expect(await ladder().getByRole('timer').count()).toBe(0);
  expect(faults).toEqual([]);
});

test('an acknowledgement ends it: who has it, since when it is known, and when he is asked', async () => {
  const ticket = await opened();
  await pass(seconds(90));
  await story.act('mara', ticket, 'acknowledge', {});
  await shown(m.has_other({ name: 'Mara' }));
  await shown(m.ladder_acked());
  await shown(m.ladder_until_asked({ time: '13:31' }));
  expect(await ladder().getByRole('timer').count()).toBe(0);
  expect(faults).toEqual([]);
});
