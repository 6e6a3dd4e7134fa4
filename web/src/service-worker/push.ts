/** A push is shown first, whatever it is and whatever else fails; then it is told. */

import { readPush } from '@rung/protocol/push-payload.ts';
import { changePager, pagersHere, readPager, type Pager } from '../lib/local/pager.ts';
import { late, wellInTime } from '../lib/sync/in-time.ts';
import { giveReceipts } from '../lib/sync/receipts.ts';
import { untilDone } from '../lib/sync/until-done.ts';
import { retryAll } from './answer.ts';
import { countBadge } from './badge.ts';
import { noticeOf, remember, unreadable, type Here, type Push } from './notice.ts';
import { repair } from './repair.ts';
import { oneByOne } from './screen.ts';
import { isLiveOf } from './where.ts';
import { ownLanguage, show, shownNow, windows, world } from './world.ts';

export async function onPush(text: string): Promise<void> {
  const push = readPush(text);
  // Whatever is wrong with it: something is shown.
  const here = await oneByOne(() =>
    push === null ? showUnreadable() : showPush(push).catch(showUnreadable),
  );
  await Promise.allSettled([
    tellWindows(push),
    countBadge(),
    push && here ? tellShown(push, here) : undefined,
    retryAll(),
    repair(),
  ]);
}

async function showUnreadable(): Promise<null> {
  const found = await wellInTime(pagersHere(), languageMs, world.later);
  const pagers = found === late ? null : found;
  const language = pagers?.find((pager) => pager.language !== null)?.language;
  await show(unreadable(language ?? ownLanguage()));
  return null;
}
/** How long the words may be sought, ms. */
const languageMs = 500;

/** Answers whose it is, as far as that is known at once. */
async function showPush(push: Push): Promise<Here> {
  const found = [readPager(push.data.person), shownNow(), isWatched(push)] as const;
  const [here, shown, isSeen] = await Promise.all(found);
  await show(noticeOf(isSeen ? { ...push, silent: true } : push, here, shown));
  if (here.kind === 'open') await keepInMind(push, here.pager);
  return here;
}

/** Somebody looks at the live screen of this ticket, which rings by itself: it is shown all the same, browsers want that. */
async function isWatched({ data }: Push): Promise<boolean> {
  const all = await windows().catch(() => []);
  const isLooking = ({ visibilityState, url }: WindowClient): boolean =>
    visibilityState === 'visible' && isLiveOf(data.ticket, url);
  return all.some(isLooking);
}

async function keepInMind(push: Push, pager: Pager | null): Promise<void> {
  if (pager === null || remember(pager, push, world.now()) === pager) return;
  await changePager(push.data.person, (now) => now && remember(now, push, world.now()));
}

/** A disk that was asleep is awake by then: about ten seconds with what each try may take, ms. */
const slowMs = [0, 500, 1000, 2000, 4000];

async function tellShown(push: Push, first: Here): Promise<void> {
  const here = first.kind === 'open' ? first : await readLate(push.data.person);
  if (here.kind === 'failed') return;
  if (first.kind === 'failed') await oneByOne(() => showLate(push, here));
  if (here.pager === null) return;
  await giveReceipts(here.pager, [{ notification: push.data.id, kind: 'displayed' }], world);
}

async function readLate(person: string): Promise<Here> {
  const found: { here: Here } = { here: { kind: 'failed' } };
  await untilDone(
    async () => {
      found.here = await readPager(person);
      return found.here.kind === 'open';
    },
    slowMs,
    world.later,
  );
  return found.here;
}

/** What stood there without details is shown with them, or is another's after all; unless something was done to it. */
async function showLate(push: Push, here: Here): Promise<void> {
  const shown = await shownNow();
  const isThere = shown.some(({ tag, data }) => tag === push.tag && data?.id === push.data.id);
  const isAnswered = shown.some(({ tag, data }) => tag === push.tag && data?.uid !== undefined);
  if (isThere && !isAnswered) await show(noticeOf({ ...push, silent: true }, here, shown));
  if (here.kind === 'open') await keepInMind(push, here.pager);
}

/** So that they ask the server at once, and say that a check has come. */
async function tellWindows(push: Push | null): Promise<void> {
  const says = push?.data.says ?? null;
  for (const window of await windows()) {
    window.postMessage({ kind: 'shown', says, at: world.now() });
  }
}
