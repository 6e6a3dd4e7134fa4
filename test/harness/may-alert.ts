import type { Page } from 'playwright-core';

/**
 * A browser of which its person said so, with a push service and a server that do what they must. Chromium
 * of tests says no to everybody, and has no push service.
 */
export async function mayAlert(page: Page, permission: NotificationPermission): Promise<void> {
  const publicKey = `B${'A'.repeat(86)}`;
  await page.unroute('**/api/subscription');
  await page.route('**/api/subscription', async (route) => {
    const kept = {
      fingerprint: '',
      isBroken: false,
      isSuspect: true,
      shownAt: null,
      latencyMs: null,
    };
    if (route.request().method() === 'GET') await route.fulfill({ json: { publicKey, kept } });
    else await route.fulfill({ status: 204 });
  });
  await page.addInitScript((said) => {
    const options = { applicationServerKey: null };
    const keys = { p256dh: '', auth: '' };
    const toJSON = () => ({ endpoint: 'https://push.test/1', keys });
    const mine = { endpoint: 'https://push.test/1', options, toJSON, unsubscribe: () => true };
    Object.defineProperty(Notification, 'permission', { configurable: true, value: said });
    Notification.requestPermission = () => Promise.resolve(said);
    Object.assign(PushManager.prototype, {
      getSubscription: async () => mine,
      subscribe: async () => mine,
    });
  }, permission);
}
