import { mayRing } from './live-standing.ts';
import type { MyPage } from './my-pages.ts';
import { openedHere } from './opened.ts';
import type { ThisDevice } from './this-device.svelte.ts';

/** The loud page that the app opens with: one that was never opened on this device. null = there is none. */
export async function firstPage(
  device: ThisDevice,
  waiting: readonly MyPage[],
): Promise<MyPage | null> {
  const opened = openedHere();
  for (const one of waiting) {
    if (one.severity !== 'S1' || opened.includes(one.id)) continue;
    if (await isLoud(device, one)) return one;
  }
  return null;
}

async function isLoud(device: ThisDevice, { id, ticket }: MyPage): Promise<boolean> {
  return mayRing(await device.read((reading) => reading.timeline(ticket.id)), id) !== false;
}
