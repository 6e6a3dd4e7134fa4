import { m } from '@rung/messages/compiled/messages.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openDevice } from './browser.ts';
import { company, password, type PersonKey } from './company.ts';
import type { Config } from '../../server/src/config.ts';
import type { Visitor } from './house.ts';
import { type Clicked, type Pushes, type Shown, takePushes } from './push-browser.ts';
import type { PushService } from './push-service.ts';

/** A server as a phone and its person need it: a house, or the real program. */
export type Served = {
  readonly config: Pick<Config, 'publicUrl'>;
  /** Gives the person a password if he has none, and signs him in. */
  as(person: PersonKey): Promise<Visitor>;
  /** Does what is due and sends what waits, where that does not happen by itself. */
  look(): Promise<unknown>;
};

/** A phone of one person, to which the story carries what the push service got for it. */
export type Phone = {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly pushes: Pushes;
  /** Hands over everything that came for it since, and answers the titles that stand on its screen then. */
  receive(): Promise<readonly string[]>;
  /** What stands on its screen in the place of its person's page of the ticket. */
  shownOf(ticket: string): Promise<Shown | undefined>;
  /** He taps that, or one of its buttons. */
  tap(ticket: string, action?: string): Promise<Clicked>;
};

/** What a house that sends its pushes to this service is opened with. */
export function pagingBy(service: PushService) {
  return {
    sendsPushes: true,
    pushAllow: [service.hostPort],
    pushCa: service.authority.pem,
    pushSubject: 'mailto:ops@example.org',
  } as const;
}

/** A phone on which the person signs in at the door and waits for his list. */
export async function signedInPhone(browser: Browser, house: Served, person: PersonKey) {
  await house.as(person);
  const device = await openDevice(browser, 'phone');
  return { ...device, signIn: () => signIn(device.page, house, person) };
}

async function signIn(page: Page, { config }: Served, person: PersonKey): Promise<void> {
  await page.goto(new URL('/sign-in', config.publicUrl).href);
  await page.getByLabel(m.signin_email()).fill(company.people[person].email);
  await page.getByLabel(m.signin_password()).fill(password);
  await page.getByRole('button', { name: m.sign_in() }).click();
  await page
    .getByText(/^As of/)
    .filter({ visible: true })
    .first()
    .waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

/** Signs in, turns pages on by the button, and shows the first one. */
export async function pagedPhone(
  browser: Browser,
  service: PushService,
  house: Served,
  person: PersonKey,
): Promise<Phone> {
  const { context, page, signIn: enter } = await signedInPhone(browser, house, person);
  const pushes = await takePushes(context, service, { permission: 'asked' });
  await enter();
  await page.goto(new URL('/you', house.config.publicUrl).href);
  await page.getByRole('button', { name: m.pager_get() }).click();
  await page.getByRole('button', { name: m.pager_check() }).waitFor();

  const seen = new Set<unknown>();
  const shownIds = async () =>
    (await pushes.shown()).map(({ data }) => (data as { id?: string }).id);
  const phone: Phone = {
    context,
    page,
    pushes,
    async receive() {
      await house.look();
      const mine = await pushes.subscribed();
      for (const one of service.received) {
        if (seen.has(one) || one.endpoint !== mine?.endpoint || one.text === null) continue;
        seen.add(one);
        expect(one.fault).toBeNull();
        await pushes.deliver(one.text);
        await expect.poll(() => shownIds()).toContain(idIn(one.json));
      }
      return (await pushes.shown()).map(({ title }) => title);
    },
    shownOf: async (ticket) =>
      (await pushes.shown()).find(({ data }) => {
        const about = data as { ticket?: string | null; page?: string | null };
        return about.ticket === ticket && about.page;
      }),
    tap: async (ticket, action) =>
      pushes.click((await phone.shownOf(ticket))?.tag ?? 'none', action),
  };
  await expect.poll(() => phone.receive()).toEqual([m.push_pager_works()]);
  return phone;
}

/** The notification's id in a payload. */
export function idIn(json: unknown): string | undefined {
  return (json as { notification?: { data?: { id?: string } } }).notification?.data?.id;
}
