/** What a push is shown as. It has no order and may come late: what is newer on the screen stays there. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Language } from '@rung/domain/directory/directory.ts';
import { type Says, withdrawals } from '@rung/domain/paging/says.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { PushData, PushPayload } from '@rung/protocol/push-payload.ts';
import { overMs, type Over, type Pager } from '../lib/local/pager.ts';

export type Push = PushPayload['notification'];

/** What our notifications carry. Of one that is not a push of its person's own, only where a tap leads. */
export type NoticeData = Partial<PushData> & {
  readonly navigate: string;
  /** In full, whatever is shown. */
  readonly title?: string;
  readonly body?: string;
  /** Of the answer that was given to it here. */
  readonly uid?: string;
  /** The device's clock when it was given. */
  readonly answeredAt?: Instant;
  /** The answer is not known to have arrived. */
  readonly isUnsent?: boolean;
  /** It is on its way, and its person was not called: one whose worker was killed there is told of. */
  readonly isSending?: boolean;
  /** It asks for nothing any more. */
  readonly isOver?: boolean;
};

/** TypeScript's own list knows half of them. */
export type Notice = {
  readonly title: string;
  readonly options: NotificationOptions & {
    readonly tag: string;
    readonly data: NoticeData;
    readonly renotify?: boolean;
    readonly timestamp?: Instant;
    readonly actions?: Actions;
  };
};
type Actions = readonly { readonly action: string; readonly title: string }[];

/** One that is on the screen. */
export type Shown = Pick<Notification, 'tag' | 'lang' | 'title' | 'body'> & {
  readonly data: NoticeData | null;
};

/** `failed`: it is not known who is at home here, nor what he wants hidden. */
export type Here =
  { readonly kind: 'open'; readonly pager: Pager | null } | { readonly kind: 'failed' };

export const icons = { icon: '/icons/icon-192.png', badge: '/icons/badge-96.png' };
const acts: readonly Says[] = ['page', 'still-on-it'];

/** What could not be read may be a page: it is shown as one. */
export function unreadable(language: Language): Notice {
  const options = { body: '', tag: 'unreadable', lang: language, data: { navigate: '/' } };
  return {
    title: m.worker_unreadable({}, { locale: language }),
    options: { ...icons, ...options, renotify: true, requireInteraction: true },
  };
}

/** For whoever this browser is not, or is no more: that there is something, and nothing of it. */
export function forStranger({ tag, lang, data: { name, says } }: StrangersPush): Notice {
  const isAct = acts.includes(says);
  const words = isAct ? m.worker_stranger_page : m.worker_stranger_news;
  const nameless = isAct ? m.worker_hidden_page : m.worker_hidden_news;
  return {
    title: name === '' ? nameless({}, { locale: lang }) : words({ name }, { locale: lang }),
    options: {
      ...icons,
      body: '',
      tag,
      lang,
      silent: !isAct,
      data: { navigate: '/' },
    },
  };
}
type StrangersPush = Pick<Push, 'tag' | 'lang'> & {
  readonly data: Pick<PushData, 'name' | 'says'>;
};

export function noticeOf(push: Push, here: Here, shown: readonly Shown[]): Notice {
  if (here.kind === 'open' && here.pager === null) return forStranger(push);
  const isHidden = here.kind === 'failed' || here.pager?.hideDetails === true;
  const there = shown.filter(({ tag, data }) => tag === push.tag && data && isPage(data));
  const newer = there.find(({ data }) => data && isNewer(data, push.data));
  // What its person did to it is worth more than its words.
  if (newer?.data?.isUnsent === true) return again(newer, newer.data, false);
  const standing = newer?.data && pushOf(newer, newer.data);
  if (standing) return notice({ ...standing, silent: true }, isHidden);
  const over = here.kind === 'open' ? overOf(push.data, here.pager?.over ?? []) : undefined;
  if (over !== undefined) {
    const { title, body } = over;
    return notice({ ...push, title, body, silent: true }, isHidden, true);
  }
  const answered = there.find(({ data }) => data?.isUnsent === true && isSamePage(data, push.data));
  if (answered?.data && push.data.says === 'page') return again(answered, answered.data, true);
  return notice(push, isHidden);
}

/** A page that comes again while its answer is not sent stays answered, under the same uid. */
function again(
  { title, body, tag, lang: language }: Shown,
  data: NoticeData,
  isRepeated: boolean,
): Notice {
  const lang = languageOf(language);
  const isOnItsWay = data.isSending === true;
  const isLoud = isRepeated && !isOnItsWay;
  return {
    title,
    options: {
      ...icons,
      ...{ body, tag, lang, silent: !isLoud, renotify: isLoud },
      ...(isOnItsWay ? {} : { requireInteraction: true, actions: answers(lang) }),
      data,
    },
  };
}

/** Whether something stands there that is not for what became of this page: a newer one, or a question asked since. */
export function isOvertaken({ tag, data }: Pick<Shown, 'tag' | 'data'>, shown: readonly Shown[]) {
  return shown.some(({ tag: other, data: there }) => {
    if (other !== tag || there === null || data === null || there.person !== data.person)
      return false;
    if (isLater(there.page, data.page)) return true;
    const isAskedSince = there.says === 'still-on-it' && (there.at ?? 0) > (data.at ?? 0);
    return isAskedSince && there.page === data.page && isPage(there);
  });
}

/** The pager after this push: what was taken back is remembered as long as a push of it may come. */
export function remember(pager: Pager, { title, body, data }: Push, now: Instant): Pager {
  const { page, says, at } = data;
  if (page === null || !withdrawals.includes(says)) return pager;
  return withOver(pager, { page, title, body, at, heardAt: now });
}

/** From now on, whatever comes of this page shows this. */
export function withOver(pager: Pager, over: Over): Pager {
  const others = pager.over.filter(
    (one) => one.page !== over.page && Math.abs(over.heardAt - one.heardAt) < overMs,
  );
  return { ...pager, over: [...others, over] };
}

export function isPage({ says, isOver }: NoticeData): boolean {
  return says !== undefined && acts.includes(says) && isOver !== true;
}

/** `isOver`: what it says took its page back. */
function notice(
  push: Push,
  isHidden: boolean,
  isOver = withdrawals.includes(push.data.says),
): Notice {
  const { tag, lang, silent, navigate, data } = push;
  const { title, body } = isHidden ? hidden(push, isOver) : push;
  const isLoud = !isOver && !silent && (acts.includes(data.says) || data.says === 'fault');
  const isAct = !isOver && acts.includes(data.says);
  const mayAnswer = isAct && data.page !== null && data.seen !== null;
  const full = { title: push.title, body: push.body };
  return {
    title,
    options: {
      ...icons,
      ...{ body, tag, lang, silent, timestamp: data.at },
      renotify: isLoud,
      requireInteraction: isAct,
      ...(mayAnswer ? { actions: answers(lang) } : {}),
      data: { ...data, navigate, ...full, ...(isOver ? { isOver } : {}) },
    },
  };
}

export function answers(locale: Language): Actions {
  return [
    { action: 'acknowledge', title: m.command_acknowledge({}, { locale }) },
    { action: 'open', title: m.worker_open({}, { locale }) },
  ];
}

function hidden({ title, body, lang: locale, data: { says } }: Push, isOver: boolean) {
  // It says nothing of anybody but this device's person.
  if (says === 'pager-works') return { title, body };
  const open = m.worker_hidden({}, { locale });
  if (isOver) return { title: m.worker_hidden_over({}, { locale }), body: open };
  if (says === 'page') return { title: m.worker_hidden_page({}, { locale }), body: open };
  if (says === 'still-on-it') return { title: m.worker_hidden_ask({}, { locale }), body: open };
  return { title: m.worker_hidden_news({}, { locale }), body: open };
}

/** A question comes with the page that was taken back before it was asked, or after: then it stands. */
function overOf({ page, says, at }: PushData, over: readonly Over[]): Over | undefined {
  if (!acts.includes(says)) return undefined;
  // With the newest page those before it are over too, and only that one was taken back.
  if (says === 'page') return over.find((one) => one.page === page || isLater(one.page, page));
  return over.find((one) => one.page === page && at <= one.at);
}

/** Whether what is shown is of a later page of the same ticket and person. */
function isNewer(shown: NoticeData, { page, person }: PushData): boolean {
  return shown.person === person && isLater(shown.page, page);
}

function isSamePage({ page, person }: NoticeData, push: PushData): boolean {
  return page !== null && page === push.page && person === push.person;
}

function isLater(one: string | null | undefined, other: string | null | undefined): boolean {
  const [after, before] = [placeOf(one), placeOf(other)];
  if (after === null || before === null || after.ticket !== before.ticket) return false;
  return after.seq === before.seq ? after.n > before.n : after.seq > before.seq;
}

/** Of a page: `<ticket>.<seq>.<n>`. */
function placeOf(page: string | null | undefined) {
  const [ticket, seq, n] = page?.split('.') ?? [];
  return ticket === undefined ? null : { ticket, seq: Number(seq), n: Number(n) };
}

/** The push that a notification was made of; null = it was made of none. */
function pushOf({ tag, lang }: Shown, all: NoticeData): Push | null {
  const { navigate, title, body, id, says, person, name, ticket, page, seen, at } = all;
  if (id === undefined || says === undefined || person === undefined || name === undefined)
    return null;
  if (title === undefined || body === undefined || at === undefined) return null;
  const [about, answered] = [{ ticket: ticket ?? null, page: page ?? null }, seen ?? null];
  const data = { id, says, person, name, ...about, seen: answered, at };
  return { title, body, navigate, lang: languageOf(lang), tag, silent: true, data };
}

export function languageOf(lang: string): Language {
  return lang === 'de' ? 'de' : 'en';
}
