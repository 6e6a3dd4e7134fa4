import { isPage } from './notice.ts';
import { shownNow } from './world.ts';

type Badged = { setAppBadge?(count: number): Promise<void> };

/** On the app's icon: pages on the screen that wait for an answer. Where there is no such thing, none. */
export async function countBadge(): Promise<void> {
  const pages = (await shownNow()).filter(({ data }) => data !== null && isPage(data));
  await (navigator as Badged).setAppBadge?.(pages.length).catch(() => undefined);
}
