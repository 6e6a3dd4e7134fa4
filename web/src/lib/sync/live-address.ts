/**
 * The address of the live screen of a ticket, `/live/<ticket>#…`: what stands behind the sign is all that a phone knows which
 * was woken before it had any row. It is no more than its notification shows, never leaves the browser, and anybody may have
 * written it: what does not look right is not there.
 */

import { severities, type Severity } from '@rung/domain/directory/directory.ts';

/** What a notification said of a page. */
export type LiveNotice = {
  readonly ticket: string;
  /** `<ticket>.<seq>.<n>`. */
  readonly page: string;
  /** Key of whose page it is: not always of who is signed in here. */
  readonly person: string;
  readonly seen: { readonly generation: number; readonly severity: Severity };
  /** Of the notification, for the receipt; null = not known. */
  readonly notification: string | null;
  /** As it was shown: without details where its person hides them. */
  readonly title: string;
  readonly body: string;
  /** Whether it may ring. */
  readonly isLoud: boolean;
};

const mostTitle = 200;
const mostGeneration = 1_000_000;
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const place = /^\.[1-9]\d{0,8}\.[1-9]\d{0,4}$/;
const key = /^[a-z0-9][a-z0-9-]{0,63}$/;
const notificationId = /^[\w.:-]{1,180}\/\d{1,5}$/;

/** On our own origin. */
export function liveAddress(notice: LiveNotice): string {
  const { ticket, page, person, seen, notification, title, body, isLoud } = notice;
  const said = new URLSearchParams({
    page: page.slice(ticket.length + 1),
    person,
    seen: `${seen.generation}.${seen.severity}`,
    title: title.slice(0, mostTitle),
    body: body.slice(0, mostTitle),
    ...(notification === null ? {} : { id: notification }),
    ...(isLoud ? {} : { quiet: '' }),
  });
  return `/live/${ticket}#${said.toString()}`;
}

/** `hash`: with or without its sign. null = it says nothing of a page of this ticket. */
export function readLive(ticket: string, hash: string): LiveNotice | null {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const [where, person] = [`.${said.get('page') ?? ''}`, said.get('person') ?? ''];
  const [generation = '', severity = ''] = (said.get('seen') ?? '').split('.');
  const isSeverity = (one: string): one is Severity => severities.some((known) => known === one);
  if (!ulid.test(ticket) || !place.test(where) || !key.test(person)) return null;
  if (!/^[1-9]\d{0,6}$/.test(generation) || Number(generation) > mostGeneration) return null;
  if (!isSeverity(severity)) return null;
  const id = said.get('id');
  const text = (name: string): string => (said.get(name) ?? '').slice(0, mostTitle);
  return {
    ticket,
    page: ticket + where,
    person,
    seen: { generation: Number(generation), severity },
    notification: id !== null && notificationId.test(id) ? id : null,
    title: text('title'),
    body: text('body'),
    isLoud: !said.has('quiet'),
  };
}

/** The number of the event that made a page; 0 = it has none. */
export function seqOfPage(page: string): number {
  return Number(page.split('.')[1] ?? 0) || 0;
}
