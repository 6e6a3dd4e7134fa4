/**
 * Keeps the app's own files, so that every address opens without a network after one visit. It keeps no answers of the
 * server: what is known offline stands in IndexedDB, where it says how old it is.
 *
 * 1. A cache belongs to one version and is filled whole before that version takes over.
 * 2. A new version waits until somebody lets it in ('apply'), or until no page of the old one is left.
 * 3. Every navigation is answered with the shell of this version; what is not in its cache comes from the network as it
 *    is, so that a missing file is never answered with a page.
 *
 * And it pages: push.ts shows, click.ts and answer.ts hear the person, repair.ts keeps pushes coming.
 */

import { version } from '$app/env';
import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';
import { retryAll, retryUnsent, syncTag } from './answer.ts';
import { countBadge } from './badge.ts';
import { onClick } from './click.ts';
import { onPush } from './push.ts';
import { repair } from './repair.ts';

const ours = 'shell-';
const cacheName = `${ours}${version}`;
/** The fallback page stands in no list of files. */
const shell = '/200.html';
const files = [shell, ...immutable.map(rooted), ...assets.map(rooted)];
const known = new Set(files);

function rooted({ path }: { readonly path: string }): string {
  return path.startsWith('/') ? path : `/${path}`;
}

self.addEventListener('install', (event) => {
  event.waitUntil(fill());
});

async function fill(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Hashed files cannot be stale; the others must not come from the browser's own cache.
  await cache.addAll(
    files.map(
      (file) => new Request(file, { cache: file.includes('/immutable/') ? 'default' : 'reload' }),
    ),
  );
}

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(ours) && name !== cacheName) await caches.delete(name);
  }
  await self.clients.claim();
  // Not waited for: until a worker is active, no page loads.
  void Promise.allSettled([repair(), retryAll()]);
}

self.addEventListener('message', (event) => {
  if (event.data === 'apply') event.waitUntil(self.skipWaiting());
  if (event.data === 'together') event.waitUntil(retryUnsent());
  if (event.data === 'subscribed') event.waitUntil(repair());
});

self.addEventListener('push', (event) => {
  event.waitUntil(onPush(event.data?.text() ?? ''));
});

self.addEventListener('notificationclick', (event) => {
  event.waitUntil(onClick(event.notification, event.action));
});

self.addEventListener('notificationclose', (event) => {
  event.waitUntil(Promise.allSettled([countBadge(), wake()]));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(repair());
});

/** Background Sync, which TypeScript does not list. A throw asks the browser to try again. */
type SyncEvent = ExtendableEvent & { readonly tag: string };
self.addEventListener('sync' as 'activate', (event) => {
  if ((event as SyncEvent).tag === syncTag) event.waitUntil(sendAll());
});

async function sendAll(): Promise<void> {
  if ((await retryAll()) > 0) throw new Error('some answers are not sent yet');
}

let isAwake = false;

/** Whatever woke it: an answer that waits does not wait for the next push. Of the active worker alone: others hear nothing. */
async function wake(): Promise<void> {
  if (isAwake) return;
  isAwake = true;
  await retryUnsent();
}

self.addEventListener('fetch', (event) => {
  event.waitUntil(wake().catch(() => undefined));
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (!belongsToServer(pathname)) event.respondWith(fromCache(shell, request));
  } else if (pathname === '/_app/version.json') {
    // The version of this shell. If it heard of a newer one, SvelteKit would load an address that fails again, get this
    // shell again, and so on for ever.
    event.respondWith(Response.json({ version }));
  } else if (known.has(pathname)) {
    event.respondWith(fromCache(pathname, request));
  }
});

/** Addresses the server answers itself, and files somebody opens by hand. */
function belongsToServer(pathname: string): boolean {
  return (
    pathname.startsWith('/api/') ||
    pathname.startsWith('/_app/') ||
    /^\/(healthz|readyz)(\/|$)/.test(pathname) ||
    known.has(pathname)
  );
}

async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  // A browser short of space may have emptied it.
  return (await cache.match(path)) ?? fetch(request);
}
