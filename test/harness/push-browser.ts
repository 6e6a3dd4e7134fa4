import type { BrowserContext, CDPSession, Worker } from 'playwright-core';
import { expect } from 'vitest';
import type { PushService, PushSubscribed } from './push-service.ts';
import {
  type Clicked,
  type Global,
  grantWhenAsked,
  prepare,
  readShown,
  replacePushManager,
  type Shown,
  tap,
  type Told,
  type Wire,
} from './push-in-browser.ts';

export type { Clicked, Shown };

/** Pushes in Chromium, which has no push service of its own here: ours subscribes it, and the story hands over what came. */
export type Pushes = {
  /** What the browser is subscribed to; null = nothing. */
  subscribed(): Promise<PushSubscribed | null>;
  /** The push service drops the subscription, or the person clears it: the browser has none any more. */
  forget(): Promise<void>;
  /** Hands a decrypted payload (`Received.text`) to the real worker, which Chromium starts if it sleeps. */
  deliver(text: string): Promise<void>;
  /** Everything that stands on the screen, oldest first. */
  shown(): Promise<readonly Shown[]>;
  /** The person taps the notification of this tag, or one of its buttons; ends when the worker is done. */
  click(tag: string, action?: string): Promise<Clicked>;
  /** The network is back: what the worker asked for under this tag is due. */
  sync(tag: string, isLastChance?: boolean): Promise<void>;
  worker(): Promise<Worker>;
  /**
   * From now on the worker, until it is stopped, subscribes here as well; before, it is without a subscription. At most as
   * often as `times`.
   */
  patchWorker(times?: number): Promise<void>;
  /** The worker is killed where it stands. */
  stopWorker(): Promise<void>;
};

/**
 * Before the context's first page. `permission`: `granted` from the start, or once somebody `asked` for it on a page.
 */
export async function takePushes(
  context: BrowserContext,
  service: PushService,
  { permission = 'granted' }: { readonly permission?: 'granted' | 'asked' } = {},
): Promise<Pushes> {
  const made = new Map<string, PushSubscribed>();
  let current: Told | null = null;
  let registration: {
    readonly id: string;
    readonly origin: string;
    readonly scope: string;
  } | null = null;

  /** Of the active worker. */
  let state = 'stopped';

  /** What stands there, as text; null = the worker sleeps. */
  const onScreen = async () => JSON.stringify((await running()?.evaluate(readShown)) ?? null);
  const grant = () => context.grantPermissions(['notifications', 'background-sync']);
  const subscribeFor = async (key: string): Promise<Told['toJSON']> => {
    const one = await service.subscribe(key === '' ? undefined : key);
    made.set(one.endpoint, one);
    return { endpoint: one.endpoint, keys: one.keys };
  };
  const wire: Wire = {
    async current() {
      const theirs = await running()?.evaluate(() => (globalThis as Global).pushed);
      if (theirs !== undefined) current = theirs.current;
      return current;
    },
    async subscribe(key) {
      current = { key, toJSON: await subscribeFor(key) };
      await tellWorker();
      return current;
    },
    async unsubscribe() {
      const was = await wire.current();
      current = null;
      await tellWorker();
      return was !== null;
    },
  };
  async function tellWorker(): Promise<void> {
    await running()?.evaluate((now) => {
      const { pushed } = globalThis as Global;
      if (pushed !== undefined) pushed.current = now;
    }, current);
  }

  if (permission === 'granted') await grant();
  await context.exposeFunction('testPush', (name: keyof Wire, key = '') => wire[name](key));
  await context.exposeFunction('testPushGrant', grant);
  await context.addInitScript(replacePushManager);
  if (permission === 'asked') await context.addInitScript(grantWhenAsked);

  // A page of no origin: the worker never sees it, and it stays when the story closes its own.
  const session: CDPSession = await context.newCDPSession(await context.newPage());
  const watchers = new Set<() => void>();
  const changed = (): void => watchers.forEach((look) => look());
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const one = registrations.findLast(({ isDeleted }) => !isDeleted);
    if (one === undefined) return;
    const { origin } = new URL(one.scopeURL);
    registration = { id: one.registrationId, origin, scope: one.scopeURL };
    changed();
  });
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { status, runningStatus } of versions) {
      if (status === 'activated') state = runningStatus;
    }
    changed();
  });
  // It may run before it can be asked: both must be so.
  context.on('serviceworker', changed);
  await session.send('ServiceWorker.enable');

  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  }

  async function registered(): Promise<NonNullable<typeof registration>> {
    await until(() => registration !== null);
    return registration!;
  }

  /** Whoever asks a stopped one waits for ever. */
  function running(): Worker | undefined {
    return state === 'running' ? context.serviceWorkers()[0] : undefined;
  }

  async function worker(): Promise<Worker> {
    const { scope } = await registered();
    if (state === 'stopped') await session.send('ServiceWorker.startWorker', { scopeURL: scope });
    await until(() => running() !== undefined);
    return running()!;
  }

  return {
    worker,
    subscribed: async () => made.get((await wire.current())?.toJSON.endpoint ?? '') ?? null,
    forget: async () => void (await wire.unsubscribe()),
    async deliver(text) {
      const { id, origin } = await registered();
      const before = await onScreen();
      const handOver = () =>
        session.send('ServiceWorker.deliverPushMessage', {
          origin,
          registrationId: id,
          data: text,
        });
      await handOver();
      // What it is handed like this Chromium loses now and then; a push may come twice anyway.
      await expect.poll(onScreen, { timeout: 3000 }).not.toBe(before).catch(handOver);
    },
    shown: async () => (await worker()).evaluate(readShown),
    click: async (tag, action = '') => (await worker()).evaluate(tap, { tag, action }),
    async sync(tag, isLastChance = false) {
      const { id, origin } = await registered();
      await session.send('ServiceWorker.dispatchSyncEvent', {
        origin,
        registrationId: id,
        tag,
        lastChance: isLastChance,
      });
    },
    async patchWorker(times = 3) {
      const left = await Promise.all(Array.from({ length: times }, () => subscribeFor('')));
      const now = await wire.current();
      const patched = await worker();
      await patched.evaluate(prepare, { current: now, left });
      await patched.evaluate(replacePushManager);
    },
    async stopWorker() {
      await wire.current();
      await session.send('ServiceWorker.stopAllWorkers');
      await until(() => state === 'stopped');
    },
  };
}
