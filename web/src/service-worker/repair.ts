import { self } from '$app/service-worker';
import { pagersHere } from '../lib/local/pager.ts';
import { keepSubscribed } from '../lib/sync/subscription.ts';
import { world } from './world.ts';

/** Holds the browser's subscription and what the server keeps of it together, for everybody of this browser. */
export async function repair(): Promise<void> {
  const manager = self.registration.pushManager;
  const push = { manager, permission: Notification.permission };
  // Where one's is made anew, those before him have the old one: once more for all.
  for (let before = await endpoint(), n = 0; n < 2; n++) {
    for (const pager of (await pagersHere()) ?? []) await keepSubscribed(pager, push, world);
    const after = await endpoint();
    if (after === before) return;
    before = after;
  }

  async function endpoint(): Promise<string | null> {
    const mine = await manager.getSubscription().catch(() => null);
    return mine?.endpoint ?? null;
  }
}
