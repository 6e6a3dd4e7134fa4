import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, openDevice } from '../harness/browser.ts';
import { type Pushes, takePushes } from '../harness/push-browser.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';

/** A worker that does one thing for each event, so that it is seen that the events are what they are said to be. */
const worker = `
  self.addEventListener('push', (event) => {
    const show = self.registration.showNotification(event.data.text(), { tag: 'pump', data: 7, actions: [{ action: 'ack', title: 'Ack' }] });
    event.waitUntil(show);
  });
  self.addEventListener('notificationclick', (event) => {
    event.waitUntil((async () => {
      const [window] = await self.clients.matchAll({ includeUncontrolled: true });
      await (event.action === '' && window !== undefined ? window.focus() : self.clients.openWindow('/' + event.action));
      event.notification.close();
    })());
  });
  self.addEventListener('sync', ({ tag }) => { self.synced = tag; });
`;
const key =
  'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';

let browser: Browser;
let server: Server;
let origin: string;
let service: PushService;
let pushes: Pushes;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  server = createServer(({ url }, answer) => {
    answer.setHeader('content-type', url === '/worker.js' ? 'text/javascript' : 'text/html');
    answer.end(url === '/worker.js' ? worker : '<title>desk</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  server.close();
  server.closeAllConnections();
});
beforeEach(async () => {
  service = await openPushService();
});
afterEach(() => service.close());

async function open(permission: 'granted' | 'asked' = 'granted'): Promise<void> {
  const device = await openDevice(browser, 'phone');
  page = device.page;
  pushes = await takePushes(device.context, service, { permission });
  await page.goto(origin);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
  });
}

const subscribe = (applicationServerKey: string) =>
  page.evaluate(async (applicationServerKey) => {
    const { pushManager } = await navigator.serviceWorker.ready;
    const one = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    return one.toJSON();
  }, applicationServerKey);

test('a page subscribes at our service, finds it again, and ends it', async () => {
  await open();
  const one = await subscribe(key);
  const { endpoint, keys } = (await pushes.subscribed())!;
  expect(one).toEqual({ endpoint, keys, expirationTime: null });
  expect(await subscribe(key)).toEqual(one);
  await expect(subscribe(keys.p256dh)).rejects.toThrow('another key');
  await page.reload();
  const ended = await page.evaluate(async () => {
    const { pushManager } = await navigator.serviceWorker.ready;
    const kept = await pushManager.getSubscription();
    const size = kept?.options.applicationServerKey?.byteLength;
    return [kept?.endpoint, size, await kept?.unsubscribe(), await pushManager.getSubscription()];
  });
  expect(ended).toEqual([endpoint, 65, true, null]);
  expect(await pushes.subscribed()).toBeNull();
});

test('nobody is asked for leave before somebody asks, and then it is given', async () => {
  await open('asked');
  await expect(subscribe(key)).rejects.toThrow('permission denied');
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('granted');
  await subscribe(key);
  expect(await pushes.subscribed()).not.toBeNull();
});

test('a payload wakes the real worker, also where no page is open and it was killed', async () => {
  await open();
  await page.close();
  await pushes.stopWorker();
  await pushes.deliver('pump 3 leaks');
  await expect
    .poll(pushes.shown)
    .toMatchObject([
      { title: 'pump 3 leaks', tag: 'pump', data: 7, actions: [{ action: 'ack', title: 'Ack' }] },
    ]);
});

test('a tap is the worker’s to answer: a window is focused or opened, and when it is done that is seen', async () => {
  await open();
  for (const [action, brought] of [
    ['', { opened: [], focused: [`${origin}/`] }],
    ['ack', { opened: [`${origin}/ack`], focused: [] }],
  ] as const) {
    await pushes.deliver('pump 3 leaks');
    await expect.poll(pushes.shown).toHaveLength(1);
    expect(await pushes.click('pump', action)).toEqual(brought);
    expect(await pushes.shown()).toEqual([]);
  }
  await expect(pushes.click('pump')).rejects.toThrow('no notification');
});

test('the network that comes back is told to the worker', async () => {
  await open();
  await pushes.sync('answers');
  const running = await pushes.worker();
  await expect.poll(() => running.evaluate(() => (self as never)['synced'])).toBe('answers');
});

test('the worker, where it is asked to, has the page’s subscription and makes another', async () => {
  await open();
  const first = await subscribe(key);
  await pushes.patchWorker(1);
  const running = await pushes.worker();
  const [found, made] = await running.evaluate(async (applicationServerKey) => {
    const { pushManager } = (self as unknown as { registration: ServiceWorkerRegistration })
      .registration;
    const kept = await pushManager.getSubscription();
    await kept?.unsubscribe();
    const next = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    return [kept?.endpoint, next.endpoint];
  }, key);
  expect(found).toBe(first.endpoint);
  expect(made).not.toBe(found);
  expect((await pushes.subscribed())?.endpoint).toBe(made);
  expect((await subscribe(key)).endpoint).toBe(made);
});
