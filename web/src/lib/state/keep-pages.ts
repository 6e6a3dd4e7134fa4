/** Pages on this device, where nobody looks: at every start, and at the end. Loaded by itself, after the first paint. */

import type { Language } from '@rung/domain/directory/directory.ts';
import { changePager, readPager } from '#lib/local/pager.ts';
import { clearScreen } from '#lib/sync/clear-screen.ts';
import { endOwnDevice, keepSubscribed, leaveSubscription } from '#lib/sync/subscription.ts';
import { pushOfWorker } from './push-of-worker.ts';

const world = { fetch: (path: string, init: RequestInit) => fetch(path, init) };

/** Makes anew what the browser or the server lost of it. Asks the person nothing, and says nothing: the screen You does both. */
export async function keepPages(person: string): Promise<void> {
  if (location.pathname === '/you') return;
  const asked = await readPager(person);
  if (asked.kind === 'failed' || asked.pager === null) return;
  const push = await pushOfWorker();
  if (push === null) return;
  await keepSubscribed(asked.pager, push, world);
}

/** What comes without words is shown in the language that was chosen here. */
export async function speakOnPages(person: string, language: Language): Promise<void> {
  await changePager(person, (pager) => pager && { ...pager, language });
}

/** What he answered on its notifications and nothing else here kept: it goes with the sign-out. */
export async function answersKept(person: string): Promise<number> {
  const asked = await readPager(person);
  return asked.kind === 'open' ? (asked.pager?.answers.length ?? 0) : 0;
}

/** Whoever signed out is paged here no more, and leaves nothing on the screen. While there is his pager still. */
export async function leavePages(person: string): Promise<void> {
  const asked = await readPager(person);
  if (asked.kind === 'open' && asked.pager !== null) await endOwnDevice(asked.pager, world);
  await clearScreen(person);
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration === undefined) return;
  await leaveSubscription(person, { manager: registration.pushManager });
}
