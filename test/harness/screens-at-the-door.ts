import { m } from '@rung/messages/compiled/messages.js';
import type { Page } from 'playwright-core';
import type { TestHouse } from './house.ts';

/** A screen by a name of its own, and how a visitor gets from the one before to it. */
export type Shown = readonly [name: string, show: (page: Page) => Promise<void>];

/** Until a heading can be seen. */
export const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name }).filter({ visible: true }).first().waitFor();

/** Opens an address of a house. */
export const open = (page: Page, { config }: TestHouse, path: string): Promise<unknown> =>
  page.goto(new URL(path, config.publicUrl).href);

/** The screens of who is not in yet, in an order in which one visitor can see them. */
export function screensAtTheDoor(house: TestHouse, empty: TestHouse): readonly Shown[] {
  return [
    [
      'set-up',
      async (page) => {
        await open(page, empty, '/setup');
        await heading(page, m.setup_heading());
        await page.getByLabel(m.setup_token()).waitFor();
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
        await open(page, house, '/welcome#nothing');
        await page.reload();
        await heading(page, m.welcome_used_heading());
      },
    ],
    [
      'sign-in',
      async (page) => {
        await open(page, house, '/');
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
  ];
}
