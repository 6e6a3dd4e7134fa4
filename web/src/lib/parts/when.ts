/** Moments as people read them. Times of day have 24 hours in every language, and two digits before the colon. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Language } from '@rung/domain/directory/directory.ts';

export type Reader = { readonly language: Language; readonly zone: string | undefined };

const ways = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { year: 'numeric', month: '2-digit', day: '2-digit' },
  shortDay: { day: 'numeric', month: 'short' },
  weekday: { weekday: 'short' },
  exactly: { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' },
} as const satisfies { readonly [way: string]: Intl.DateTimeFormatOptions };

type Way = keyof typeof ways;

/** To make one costs a hundred times what it costs to use it, and a ticket says thirty moments. */
const made = new Map<string, Intl.DateTimeFormat>();

function said(way: Way, at: Instant, reader: Reader): string {
  const key = `${way} ${reader.language} ${reader.zone}`;
  const format = made.get(key) ?? formatOf(way, reader);
  // The device's own zone changes under way: nobody tells.
  if (reader.zone !== undefined) made.set(key, format);
  return format.format(at);
}

function formatOf(way: Way, { language, zone }: Reader): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'de-DE', {
    ...ways[way],
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
}

export function timeOfDay(at: Instant, reader: Reader): string {
  return said('time', at, reader);
}

/** "14:02:09". */
export function toTheSecond(at: Instant, reader: Reader): string {
  return said('second', at, reader);
}

export function isSameDay(one: Instant, other: Instant, reader: Reader): boolean {
  return said('day', one, reader) === said('day', other, reader);
}

/** "21 Nov": for a narrow column. */
export function shortDay(at: Instant, reader: Reader): string {
  return said('shortDay', at, reader);
}

/** "Fri": for a narrow column. */
export function weekday(at: Instant, reader: Reader): string {
  return said('weekday', at, reader);
}

/** "Saturday 21 November 2026, 14:02", with the zone's name: nothing left to guess. */
export function exactly(at: Instant, reader: Reader): string {
  return said('exactly', at, reader);
}

/** "14:02", with the day before it unless that is today. */
export function shortly(at: Instant, now: Instant, reader: Reader): string {
  const time = timeOfDay(at, reader);
  return isSameDay(at, now, reader) ? time : `${shortDay(at, reader)}, ${time}`;
}

/** "2:41", "0:07": time left, one digit before the colon. Not for ten minutes or more. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function iso(at: Instant): string {
  return new Date(at).toISOString();
}
