/** What push-browser.ts runs inside Chromium: each function travels alone, without what stands around it here. */

import type { PushSubscribed } from './push-service.ts';

export type Shown = {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly lang: string;
  readonly silent: boolean | null;
  readonly renotify: boolean;
  readonly requireInteraction: boolean;
  readonly actions: readonly { readonly action: string; readonly title: string }[];
  readonly data: unknown;
};

/** Addresses of windows that the tap brought. */
export type Clicked = { readonly opened: readonly string[]; readonly focused: readonly string[] };

export type Told = {
  readonly key: string;
  readonly toJSON: Pick<PushSubscribed, 'endpoint' | 'keys'>;
};

/** What the fake asks: by the binding from pages, from a prepared list in the worker. */
export type Wire = {
  current(): Promise<Told | null>;
  subscribe(key: string): Promise<Told>;
  unsubscribe(): Promise<boolean>;
};
export type Global = {
  testPush?: (name: keyof Wire, key?: string) => Promise<unknown>;
  pushed?: Prepared;
};
export type Prepared = { current: Told | null; left: Told['toJSON'][] };

/** In a page, and in the worker after `prepare`. */
export function replacePushManager(): void {
  const ask = <Name extends keyof Wire>(name: Name, key?: string) =>
    (globalThis as Global).testPush!(name, key) as ReturnType<Wire[Name]>;
  const told = (one: Told): object => {
    const bytes = (text: string): ArrayBuffer => {
      const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
      return Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer;
    };
    const { endpoint, keys } = one.toJSON;
    return {
      endpoint,
      expirationTime: null,
      options: { userVisibleOnly: true, applicationServerKey: bytes(one.key) },
      getKey: (name: 'p256dh' | 'auth') => bytes(keys[name]),
      toJSON: () => ({ endpoint, expirationTime: null, keys }),
      unsubscribe: () => ask('unsubscribe'),
    };
  };
  const textOf = (key: string | BufferSource): string => {
    if (typeof key === 'string') return key.replace(/=+$/, '');
    const view = ArrayBuffer.isView(key)
      ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength)
      : new Uint8Array(key);
    const base64 = btoa(String.fromCharCode(...view));
    return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  };
  Object.assign(PushManager.prototype, {
    async getSubscription() {
      const one = await ask('current');
      return one === null ? null : told(one);
    },
    async subscribe(options?: PushSubscriptionOptionsInit) {
      if (Notification.permission !== 'granted') {
        throw new DOMException('permission denied', 'NotAllowedError');
      }
      const key = textOf(options?.applicationServerKey ?? '');
      const one = await ask('current');
      if (one === null) return told(await ask('subscribe', key));
      if (one.key === key) return told(one);
      throw new DOMException('another key', 'InvalidStateError');
    },
    permissionState: async () =>
      Notification.permission === 'default' ? 'prompt' : Notification.permission,
  });
}

/** Chromium without a head asks nobody: whoever asks on a page is given it. */
export function grantWhenAsked(): void {
  let isGiven = false;
  const { permission } = Notification;
  Object.defineProperty(Notification, 'permission', {
    get: () => (isGiven || permission === 'granted' ? 'granted' : 'default'),
  });
  Notification.requestPermission = async () => {
    await (globalThis as unknown as { testPushGrant(): Promise<void> }).testPushGrant();
    isGiven = true;
    return 'granted';
  };
}

export function prepare(pushed: Prepared): void {
  const here = globalThis as Global;
  here.pushed = pushed;
  here.testPush = async (name, key = '') => {
    if (name === 'current') return pushed.current;
    if (name === 'unsubscribe') {
      const had = pushed.current !== null;
      pushed.current = null;
      return had;
    }
    const next = pushed.left.shift();
    if (next === undefined) throw new DOMException('none left', 'AbortError');
    pushed.current = { key, toJSON: next };
    return pushed.current;
  };
}

type WorkerGlobal = typeof globalThis & {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { openWindow(url: string): Promise<unknown> };
  readonly WindowClient: {
    readonly prototype: { readonly url: string; focus(): Promise<unknown> };
  };
  readonly NotificationEvent: new (
    type: string,
    about: { readonly notification: Notification; readonly action: string },
  ) => Event;
};

export async function readShown(): Promise<readonly Shown[]> {
  const all = await (globalThis as unknown as WorkerGlobal).registration.getNotifications();
  return all.map((one) => {
    const { title, body, tag, lang, silent, requireInteraction, data } = one;
    const { renotify = false, actions = [] } = one as unknown as Partial<Shown>;
    const buttons = actions.map((button) => ({ action: button.action, title: button.title }));
    return {
      ...{ title, body, tag, lang, silent, renotify, requireInteraction, data },
      actions: buttons,
    };
  });
}

/** A tap of a script's gives no leave to open or focus windows, and keeps no worker alive: both are done here in their stead. */
export async function tap({ tag, action }: { tag: string; action: string }): Promise<Clicked> {
  const here = globalThis as unknown as WorkerGlobal;
  const [notification] = await here.registration.getNotifications({ tag });
  if (notification === undefined) throw new Error(`no notification is tagged ${tag}`);
  const opened: string[] = [];
  const focused: string[] = [];
  Object.assign(here.clients, {
    openWindow: async (url: string) => {
      opened.push(new URL(url, here.registration.scope).href);
      return null;
    },
  });
  Object.assign(here.WindowClient.prototype, {
    async focus(this: { readonly url: string }) {
      focused.push(this.url);
      return this;
    },
  });
  const event = new here.NotificationEvent('notificationclick', { notification, action });
  const lasting: unknown[] = [];
  Object.defineProperty(event, 'waitUntil', { value: (one: unknown) => lasting.push(one) });
  here.dispatchEvent(event);
  for (const one of lasting) await one;
  return { opened, focused };
}
