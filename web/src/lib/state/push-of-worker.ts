import { inTime, late } from '#lib/sync/in-time.ts';
import type { Pushing } from '#lib/sync/subscription.ts';

/** A worker that is not there in time is not coming, ms. */
const workerMs = 20_000;

/** What this browser takes pushes by, and whether it may; null = there is no worker, or none yet. */
export async function pushOfWorker(): Promise<
  (Pushing & { readonly manager: PushManager }) | null
> {
  const registration = await inTime(navigator.serviceWorker.ready, workerMs);
  if (registration === late) return null;
  return {
    manager: registration.pushManager,
    permission: Notification.permission,
    // The worker tells the server for everybody of this browser.
    made: () => registration.active?.postMessage('subscribed'),
  };
}
