import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { reportMessage } from '../harness/command.ts';
import { company, password } from '../harness/company.ts';
import { testHouse, type TestHouse } from '../harness/house.ts';

let browser: Browser;
let house: TestHouse;
const pump = reportMessage('Pump 3 leaks', { severity: 'S1', site: 'oven-hall' });

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), testHouse('sqlite')]);
  const mara = await house.as('mara');
  expect((await mara('/api/commands', { json: pump })).status).toBe(200);
});
afterAll(() => Promise.all([browser.close(), house.close()]));

/** How much the colours of things stand out from the ground (WCAG 1.4.11: 3), by name; `between` = from one another. */
const contrasts = (page: Page): Promise<Record<string, number>> =>
  page.evaluate((acknowledge) => {
    const luminance = (colour: string): number => {
      const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
        const c = Number(part) / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      const [r = 0, g = 0, b = 0] = parts;
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one: string, other: string): number => {
      const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    };
    const styleOf = (selector: string): CSSStyleDeclaration => {
      const found = document.querySelector(selector);
      if (found === null) throw new Error(`nothing is ${selector}`);
      return getComputedStyle(found);
    };
    const ground =
      styleOf('body').backgroundColor === 'rgba(0, 0, 0, 0)' ? styleOf('html') : styleOf('body');
    const under = ground.backgroundColor;
    const first = [...document.querySelectorAll('.p-act .btn')].find((one) =>
      one.textContent?.includes(acknowledge),
    );
    if (first === undefined) throw new Error('nothing acknowledges');
    const { backgroundColor, color } = getComputedStyle(first);
    const outline = /rgb[^)]*\)/.exec(styleOf('.rung-x i').boxShadow)?.[0] ?? under;
    return {
      'the filled button': contrast(backgroundColor, under),
      'its words': contrast(color, backgroundColor),
      'what is reached of the ladder': contrast(styleOf('.rung-x .r5').backgroundColor, under),
      'a cell that is not reached': contrast(outline, under),
      'a planned rung': contrast(styleOf('.rung.is-plan .rung-x > span').backgroundColor, under),
      'the severity': contrast(styleOf('.sev').color, under),
    };
  }, m.command_acknowledge());

const looks = (['night', 'day'] as const).flatMap((theme) =>
  (['dark', 'light'] as const).map((scheme) => [theme, scheme] as const),
);
test.each(looks)(
  'the %s theme in forced colours that are %s leaves the filled button, the ladder and the severity to be seen',
  async (theme, scheme) => {
    const { context, page } = await openDevice(browser, 'phone');
    await page.emulateMedia({ forcedColors: 'active', colorScheme: scheme });
    const at = (path: string): string => new URL(path, house.config.publicUrl).href;
    const { email } = company.people.mara;
    await context.request.post(at('/api/session'), { data: { email, password } });
    await page.goto(at(`/tickets/${pump.command.args.ticket}`));
    await page.getByRole('button', { name: m.command_acknowledge() }).waitFor();
    await page.locator('.rung-x i').first().waitFor({ state: 'attached' });
    await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme);
    const weak = Object.entries(await contrasts(page)).filter(([, value]) => value < 3);
    expect(weak).toEqual([]);
    const cell = page.locator('.rung-x i').first();
    const reached = page.locator('.rung-x .r5').first();
    const colour = (of: typeof cell): Promise<string> =>
      of.evaluate((one) => getComputedStyle(one).backgroundColor);
    expect(await colour(cell)).not.toBe(await colour(reached));
  },
);
