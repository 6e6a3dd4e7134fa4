/** The person answers a page from its notification. What he is told follows the server, never his thumb. */

import { self } from '$app/service-worker';
import { ulidFrom } from '@rung/sync/ulid.ts';
import { changePager, pagersHere, readPager, type KeptAnswer } from '../lib/local/pager.ts';
import { answerPage, retryAnswers, type Answered } from '../lib/sync/answers.ts';
import type { Ruling } from '../lib/sync/answers-door.ts';
import { giveReceiptsOnce } from '../lib/sync/receipts.ts';
import { untilDone } from '../lib/sync/until-done.ts';
import {
  sayLost,
  sayRefused,
  saySending,
  saySettled,
  sayUnsent,
  type About,
} from './answer-notice.ts';
import { countBadge } from './badge.ts';
import {
  forStranger,
  isOvertaken,
  languageOf,
  withOver,
  type Notice,
  type NoticeData,
  type Shown,
} from './notice.ts';
import { oneByOne } from './screen.ts';
import { show, shownNow, world } from './world.ts';

/** Background Sync, where it exists: Chromium. */
type Syncing = { readonly sync?: { register(tag: string): Promise<void> } };
export const syncTag = 'answers';

/** While somebody is woken: the browser's own Background Sync may be minutes away, ms. */
const pausesMs = [5000, 15_000, 30_000, 60_000];

/** By page: a second tap, while the first is under way, is the same answer. */
const underWay = new Map<string, Promise<void>>();
/** Uids of answers that this worker knows to have arrived, or to be refused. */
const told = new Set<string>();

/** Ends when the server has it, or when the worker has tried for about two minutes. */
export async function acknowledge(shown: Shown): Promise<void> {
  const asked = askedIn(shown.data);
  if (asked === null) return;
  const already = underWay.get(asked.page);
  if (already !== undefined) return already;
  const answering = answer(shown, asked).finally(() => underWay.delete(asked.page));
  underWay.set(asked.page, answering);
  await answering;
  const isTold = async (): Promise<boolean> => told.has(asked.uid);
  if (await isTold()) return;
  await untilDone(
    async () => (await isTold()) || (await retryAll()) === 0 || (await isTold()),
    pausesMs,
    world.later,
  );
}

async function answer({ tag, lang, data }: Shown, asked: KeptAnswer): Promise<void> {
  const { person, name = '', says = 'page' } = data ?? {};
  if (data === null || person === undefined) return;
  const { uid, at: answeredAt } = asked;
  const about = await aboutOf({ tag, lang, data: { ...data, uid, answeredAt } });
  const whenKept = (): Promise<void> => put(about, saySending(about));
  const answered = await answerPage(person, asked, world, whenKept).catch((): Answered => {
    return { kind: 'lost' };
  });
  switch (answered.kind) {
    case 'settled':
      await say(about, answered);
      break;
    case 'refused':
      await sayNo(about);
      break;
    case 'kept':
      await put(about, sayUnsent(about, await willWake()));
      break;
    case 'lost':
      await put(about, sayLost(about));
      break;
    case 'stranger':
      told.add(uid);
      await put(about, forStranger({ ...about, data: { name, says } }));
  }
  await countBadge();
}

/** What was answered here and is not known to have arrived, of everybody. Answers how much is left. */
export async function retryAll(): Promise<number> {
  const unsent = (await shownNow()).filter(({ data }) => isWaiting(data));
  const pagers = (await pagersHere()) ?? [];
  // Where the browser does not say who is here, whoever waits for an answer is.
  const persons = new Set([
    ...pagers.map(({ person }) => person),
    ...unsent.flatMap(({ data }) => data?.person ?? []),
  ]);
  const [left] = await Promise.all([
    Promise.allSettled(
      [...persons].map((person) => {
        return retryOf(
          person,
          unsent.filter(({ data }) => data?.person === person),
        );
      }),
    ),
    Promise.allSettled(pagers.map((pager) => giveReceiptsOnce(pager, [], world))),
  ]);
  if (unsent.length > 0) await countBadge();
  // Of whom it failed something may wait.
  return left.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 1), 0);
}

/** The same, only where something is known to wait: with less, the worker would ask the server at each of its starts. */
export async function retryUnsent(): Promise<void> {
  const isShown = (await shownNow()).some(({ data }) => isWaiting(data));
  const isKept = ((await pagersHere()) ?? []).some(
    ({ answers, receipts }) => answers.length + receipts.length > 0,
  );
  if (isShown || isKept) await retryAll();
}

/** `unsent`: his notifications of answers that wait. */
async function retryOf(
  person: string,
  unsent: readonly (Shown & { close(): void })[],
): Promise<number> {
  const asked = unsent.flatMap(({ data }) => askedIn(data) ?? []);
  const sent = await retryAnswers(person, asked, world);
  if (sent === null) {
    for (const one of unsent) one.close();
    return 0;
  }
  for (const { data, ...shown } of unsent) {
    const uid = data?.uid;
    if (data === null || uid === undefined) continue;
    const about = await aboutOf({ ...shown, data });
    const ruling = sent.rulings.get(uid);
    if (ruling !== undefined) await say(about, ruling);
    else if (sent.refused.has(uid)) await sayNo(about);
    // The worker that sent it was killed before it could say so.
    else if (data.isSending === true) await put(about, sayUnsent(about, await willWake()));
  }
  for (const uid of [...sent.rulings.keys(), ...sent.refused.keys()]) told.add(uid);
  return sent.left;
}

/** A push of what is answered, sent twice or come late, rings no more. */
async function say(about: About, ruling: Ruling): Promise<void> {
  const { page, person, uid = '', title = '', at = 0 } = about.data;
  told.add(uid);
  const notice = saySettled(about, ruling);
  await put(about, notice);
  if (!page || !person || notice.options.silent !== true) return;
  const over = { page, title: notice.title, body: title, at };
  await changePager(person, (pager) => pager && withOver(pager, { ...over, heardAt: world.now() }));
}

async function sayNo(about: About): Promise<void> {
  told.add(about.data.uid ?? '');
  await put(about, sayRefused(about));
}

/** In the place of its page, but never of what came since. */
function put(about: About, notice: Notice): Promise<void> {
  return oneByOne(async () => {
    if (!isOvertaken(about, await shownNow())) await show(notice);
  });
}

async function aboutOf({
  tag,
  lang,
  data,
}: Pick<Shown, 'tag' | 'lang'> & { readonly data: NoticeData }): Promise<About> {
  const here = await readPager(data.person ?? '');
  const isHidden = here.kind === 'failed' || here.pager?.hideDetails === true;
  return { tag, lang: languageOf(lang), data, isHidden };
}

/** The answer to it: a new one, or the one that waits. */
function askedIn(data: NoticeData | null): KeptAnswer | null {
  const { ticket, page, seen, isUnsent, uid, answeredAt } = data ?? {};
  if (!ticket || !page || !seen) return null;
  // Drawn once: the same answer is tried again under the same name.
  const waits = isUnsent === true && uid !== undefined;
  const how = waits
    ? { uid, at: answeredAt ?? data?.at ?? world.now() }
    : { uid: newUlid(), at: world.now() };
  return { ticket, page, answer: 'acknowledge', seen, ...how };
}

function isWaiting(data: NoticeData | null): boolean {
  // One that is on its way says so itself in a moment.
  return data?.isUnsent === true && !underWay.has(data.page ?? '');
}

/** Whether the browser wakes us when there is a network. Without a window, Chromium refuses. */
async function willWake(): Promise<boolean> {
  const { sync } = self.registration as Syncing;
  if (sync === undefined) return false;
  return sync.register(syncTag).then(
    () => true,
    () => false,
  );
}

function newUlid(): string {
  return ulidFrom(world.now(), crypto.getRandomValues(new Uint8Array(10)));
}
