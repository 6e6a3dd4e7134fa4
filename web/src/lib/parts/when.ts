/** Moments as people read them. Times of day have 24 hours in every language, and two digits before the colon. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Language } from '@rung/domain/directory/directory.ts';

export type Reader = { readonly language: Language; readonly zone: string | undefined };

function format({ language, zone }: Reader, options: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'de-DE', {
    ...options,
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
}

export function timeOfDay(at: Instant, reader: Reader): string {
  return format(reader, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** "14:02:09". */
export function toTheSecond(at: Instant, reader: Reader): string {
  const options = {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  } as const;
  return format(reader, options).format(at);
}

/** The local day, so that two moments can be compared. */
function day(at: Instant, reader: Reader): string {
  return format(reader, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

export function isSameDay(one: Instant, other: Instant, reader: Reader): boolean {
  return day(one, reader) === day(other, reader);
}

/** "21 Nov": for a narrow column. */
export function shortDay(at: Instant, reader: Reader): string {
  return format(reader, { day: 'numeric', month: 'short' }).format(at);
}

/** "Fri": for a narrow column. */
export function weekday(at: Instant, reader: Reader): string {
  return format(reader, { weekday: 'short' }).format(at);
}

/** "Saturday 21 November 2026, 14:02", with the zone's name: nothing left to guess. */
export function exactly(at: Instant, reader: Reader): string {
  return format(reader, {
    dateStyle: 'full',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(at);
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
