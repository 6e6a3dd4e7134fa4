/**
 * Where this device takes pushes: the browser's subscription and what the server keeps of it, held together. A browser has
 * one subscription for all its persons; each of their devices tells the server of it.
 *
 *   GET /api/subscription ─▶ compare ─▶ (subscribe anew) ─▶ PUT where the server has another, or none
 */

import type { CheckRequest, Subscription, SubscriptionState } from '@rung/protocol/push.ts';
import type { Engine } from '../local/database.ts';
import { changePager, pagersHere, readPager, type Pager } from '../local/pager.ts';
import { askAsDevice, type Asking, type Reply } from './as-device.ts';
import { inTime, late } from './in-time.ts';

/** As much of a browser's subscription as we use. */
export type Subscribed = Pick<PushSubscription, 'endpoint' | 'toJSON' | 'unsubscribe'> & {
  readonly options: Pick<PushSubscriptionOptions, 'applicationServerKey'>;
};

/** As much of its PushManager. */
export type Subscribing = {
  getSubscription(): Promise<Subscribed | null>;
  subscribe(options: PushSubscriptionOptionsInit): Promise<Subscribed>;
};

type Device = Pick<Pager, 'device' | 'secret'>;
type Wanting = Device & Pick<Pager, 'person' | 'isOn'>;
type Later = { readonly kind: 'later' };
/**
 * By the server: a problem's code (`apple-needs-subject`, `not-allowed` …), else its kind (`revoked`, `conflict` …).
 * By the browser: `no-push-service`.
 */
type Refused = { readonly kind: 'refused'; readonly code: string };

/** `off`: nobody wants pages here. `denied`: this browser may show nothing. `later`: the server did not answer. */
export type Kept = { readonly kind: 'kept' | 'off' | 'denied' } | Later | Refused;

/** A push service that does not answer the browser is given up, ms: without one, Chromium waits for ever. */
const subscribeMs = 20_000;

/** What a browser takes pushes by. */
export type Pushing = {
  readonly manager: Subscribing;
  readonly permission: NotificationPermission;
  /** Hears that the browser has another subscription: whoever else is paged here has the old one. */
  made?(): void;
};

/**
 * Holds browser and server together, and makes what one of them lost anew. Never asks its person anything: whoever lets
 * him choose asks for the permission first and then says `asked`.
 */
export async function keepSubscribed(
  pager: Wanting,
  push: Pushing,
  world: Asking,
  asked = false,
  engine: Pick<Engine, 'indexedDB'> = globalThis,
): Promise<Kept> {
  if (push.permission === 'denied') return { kind: 'denied' };
  if (push.permission !== 'granted') return { kind: 'off' };
  return alone(() => keep(pager, push, world, asked, engine));
}

async function keep(
  pager: Wanting,
  { manager, made }: Pushing,
  world: Asking,
  asked: boolean,
  engine: Pick<Engine, 'indexedDB'>,
): Promise<Kept> {
  const said = await subscriptionState(pager, world);
  if (said.kind !== 'known') return said;
  const { publicKey, kept } = said.state;
  try {
    // What the browser has alone says nothing: it may be another person's.
    if (!asked && !pager.isOn && kept === null) return { kind: 'off' };
    let mine = await manager.getSubscription();
    if (mine !== null && (await isWorn(mine, said.state))) {
      await mine.unsubscribe();
      mine = null;
    }
    const isNew = mine === null;
    if (mine === null) {
      const applicationServerKey = bytesOf(publicKey);
      const making = manager.subscribe({ userVisibleOnly: true, applicationServerKey });
      const fresh = await inTime(making, subscribeMs);
      if (fresh === late) return noService;
      mine = fresh;
    }
    const isKept =
      kept !== null && !kept.isBroken && kept.fingerprint === (await fingerprintOf(mine));
    if (!isKept) {
      if (!asked && (await isOffNow(pager, engine))) return { kind: 'off' };
      const answer = await tell(pager, world, mine);
      if (answer.kind !== 'yes') return answer;
    }
    if (!pager.isOn) await turn(pager.person, true, engine);
    if (isNew) made?.();
    return { kind: 'kept' };
  } catch (cause) {
    const isDenied = cause instanceof DOMException && cause.name === 'NotAllowedError';
    return isDenied ? { kind: 'denied' } : noService;
  }
}

/** Its person turned pages off, or signed out, while this was under way. */
async function isOffNow(
  { person, isOn }: Wanting,
  engine: Pick<Engine, 'indexedDB'>,
): Promise<boolean> {
  const now = await readPager(person, engine);
  return now.kind === 'open' && (now.pager === null || (isOn && !now.pager.isOn));
}

/** Somebody who hangs is not waited for any longer, ms. */
const lockMs = 45_000;

/** Tabs and worker one after the other: two at once would each undo what the other made. */
async function alone<Value>(run: () => Promise<Value>): Promise<Value> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  if (locks === undefined) return run();
  const ours: { running?: Promise<Value> } = {};
  try {
    const signal = AbortSignal.timeout(lockMs);
    return await locks.request('rung-pushes', { signal }, () => (ours.running = run()));
  } catch (cause) {
    if (ours.running !== undefined) throw cause;
    return run();
  }
}

async function tell(pager: Device, world: Asking, mine: Subscribed): Promise<Reply> {
  const { endpoint, keys } = mine.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return noService;
  const body: Subscription = { endpoint, keys: { p256dh, auth } };
  return askAsDevice(pager, world, 'PUT', '/api/subscription', body);
}

/** Its person's choice outlives a new device id, a server that was restored and a browser that forgot. */
function turn(person: string, isOn: boolean, engine: Pick<Engine, 'indexedDB'>): Promise<boolean> {
  return changePager(person, (pager) => pager && { ...pager, isOn }, engine);
}

const noService: Refused = { kind: 'refused', code: 'no-push-service' };

/** What the server knows of this device's. */
export async function subscriptionState(
  pager: Device,
  world: Asking,
): Promise<{ readonly kind: 'known'; readonly state: SubscriptionState } | Later | Refused> {
  const answer = await askAsDevice(pager, world, 'GET', '/api/subscription');
  if (answer.kind !== 'yes') return answer;
  const state = (answer.content ?? {}) as Partial<SubscriptionState>;
  const isOurs = typeof state.publicKey === 'string' && typeof state.kept === 'object';
  return isOurs ? { kind: 'known', state: state as SubscriptionState } : { kind: 'later' };
}

/**
 * No pages on this device any more. The server first: what it keeps would be made anew with the next start. The browser's
 * own ends unless somebody else may be paged by it.
 */
export async function endSubscription(
  pager: Device & Pick<Pager, 'person'>,
  { manager }: { readonly manager: Pick<Subscribing, 'getSubscription'> },
  world: Asking,
  engine: Pick<Engine, 'indexedDB'> = globalThis,
): Promise<{ readonly kind: 'ended' } | Later | Refused> {
  const { person } = pager;
  // Whoever is just now repairing it must not tell the server once more.
  let was = false;
  await changePager(
    person,
    (now) => {
      was = now?.isOn === true;
      return now && { ...now, isOn: false };
    },
    engine,
  );
  const answer = await alone(() => askAsDevice(pager, world, 'DELETE', '/api/subscription'));
  if (answer.kind !== 'yes') {
    if (was) await turn(person, true, engine);
    return answer;
  }
  await leaveSubscription(person, { manager }, engine);
  return { kind: 'ended' };
}

/**
 * Whoever signs out is paged here no more, also where his session had ended before and nobody could tell the server: the
 * device takes itself its rights. One that has none any more is told so, which is as good.
 */
export async function endOwnDevice(pager: Device, world: Asking): Promise<void> {
  await askAsDevice(pager, world, 'DELETE', `/api/devices/${pager.device}`);
}

/** The browser's half alone, for whoever signed out: the server's ended with the device. */
export async function leaveSubscription(
  person: string,
  { manager }: { readonly manager: Pick<Subscribing, 'getSubscription'> },
  engine: Pick<Engine, 'indexedDB'> = globalThis,
): Promise<void> {
  const pagers = await pagersHere(engine);
  if (pagers === null || pagers.some((other) => other.person !== person)) return;
  // What does not end here takes no more pushes of ours all the same.
  await manager
    .getSubscription()
    .then((mine) => mine?.unsubscribe())
    .catch(() => undefined);
}

/** "Send me a test page", now or in a while (at most ten minutes). Refused with `conflict` where none is kept. */
export async function askForCheck(
  pager: Device,
  world: Asking,
  inMs: number,
): Promise<{ readonly kind: 'asked' } | Later | Refused> {
  const body: CheckRequest = { inMs };
  const answer = await askAsDevice(pager, world, 'POST', '/api/subscription/check', body);
  return answer.kind === 'yes' ? { kind: 'asked' } : answer;
}

/** Made for another server's key, or known by the push service no more. */
async function isWorn(mine: Subscribed, { publicKey, kept }: SubscriptionState): Promise<boolean> {
  const { applicationServerKey } = mine.options;
  // Some browsers do not say: then the push service will.
  if (applicationServerKey !== null && textOf(applicationServerKey) !== publicKey) return true;
  return kept?.isBroken === true && kept.fingerprint === (await fingerprintOf(mine));
}

/** SHA-256 of the endpoint, base64url, as the server says it. */
async function fingerprintOf({ endpoint }: Pick<Subscribed, 'endpoint'>): Promise<string> {
  return textOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint)));
}

function textOf(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
