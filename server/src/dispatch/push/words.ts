/** What a push says, in its reader's language and by the clock on his wall. The title carries the decision. */

import type { Instant } from '@rung/domain/base/time.ts';
import { unreachable } from '@rung/domain/base/must.ts';
import type { Language } from '@rung/domain/directory/directory.ts';
import { expiresAt } from '@rung/domain/paging/notification.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Outgoing } from '../transport.ts';

export type Words = { readonly title: string; readonly body: string };

/** `what`: the ticket's title as far as there is room for it, or what stands for it. */
export function wordsFor(outgoing: Outgoing, what: string, now: Instant): Words {
  const { notification, ticket, reader, subject } = outgoing;
  const { message } = notification;
  const locale = { locale: reader.language };
  const title = what;
  const name = ticket?.owner ?? null;
  const owned = name === null ? m.push_nobody({}, locale) : m.push_has({ name }, locale);
  const of = (says: string): string => (ticket === null ? says : `#${ticket.number} · ${says}`);
  const over = of(m.push_over({}, locale));
  const about = [message.severity, title].filter(Boolean).join(' · ');
  const isOwn = message.subject === message.person;
  const who = { name: subject ?? '' };

  switch (message.says) {
    case 'page': {
      const by = ticket?.answerBy ?? null;
      const time = by === null || by <= now ? null : timeFor(by, now, reader);
      const decision = time === null ? '' : ` · ${m.push_ack_by({ time }, locale)}`;
      return { title: `${about}${decision}`, body: of(owned) };
    }
    case 'still-on-it': {
      const time = timeFor(expiresAt(notification), now, reader);
      const decision = m.push_answer_by({ time }, locale);
      return { title: `${about} · ${decision}`, body: of(m.push_answer_or({}, locale)) };
    }
    case 'taken':
    case 'stood-down':
      return {
        title:
          name === null
            ? m.push_taken_by_somebody({ title }, locale)
            : m.push_taken({ name, title }, locale),
        body: over,
      };
    case 'moved':
      return { title: m.push_moved({ title }, locale), body: over };
    case 'solved':
      return { title: m.push_solved({ title }, locale), body: over };
    case 'joined':
      return { title: m.push_joined({ title }, locale), body: of(owned) };
    case 'already-on-it':
      return { title: m.push_already_on_it({ title }, locale), body: of(owned) };
    case 'raised':
      return {
        title: m.push_raised({ severity: message.severity, title }, locale),
        body: of(owned),
      };
    case 'proposed':
      return { title: m.push_proposed({ title }, locale), body: of(m.push_look({}, locale)) };
    case 'released':
      return { title: m.push_released({ title }, locale), body: of(owned) };
    case 'transferred':
      return { title: m.push_transferred({ title }, locale), body: of(owned) };
    case 'client-wrote':
      return { title: m.push_client_wrote({ title }, locale), body: of(m.push_look({}, locale)) };
    case 'fault':
      return {
        title: `${about} · ${m.push_look({}, locale)}`,
        body: of(m.push_fault({}, locale)),
      };
    case 'fallback-unproven':
      return {
        title: m.push_fallback_unproven({ ...who, title: about }, locale),
        body: of(owned),
      };
    case 'pager-works':
      return { title: m.push_pager_works({}, locale), body: m.push_pager_works_here({}, locale) };
    case 'pager-lost':
      return isOwn
        ? { title: m.push_pager_lost({}, locale), body: m.push_pager_lost_what({}, locale) }
        : { title: m.push_pager_lost_of(who, locale), body: m.push_pager_of_what(who, locale) };
    case 'pager-silent':
      return isOwn
        ? { title: m.push_pager_silent({}, locale), body: m.push_pager_silent_what({}, locale) }
        : { title: m.push_pager_silent_of(who, locale), body: m.push_pager_of_what(who, locale) };
    case 'push-trouble':
      return {
        title: m.push_trouble({ host: subject ?? '' }, locale),
        body: m.push_trouble_what({}, locale),
      };
    default:
      return unreachable(message.says);
  }
}

/** "03:07" while it is the same day there, else with the day. */
function timeFor(at: Instant, now: Instant, { language, zone }: Outgoing['reader']): string {
  const day = formatOf(language, zone, 'day');
  const isToday = day.format(at) === day.format(now);
  return formatOf(language, zone, isToday ? 'time' : 'day-and-time').format(at);
}

const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const shapes = {
  day: { dateStyle: 'short' },
  time,
  'day-and-time': { ...time, weekday: 'short', day: 'numeric', month: 'short' },
} as const;
/** Making one takes 0.1 ms, a third of a whole push; there are as many as languages and zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: Language, timeZone: string, shape: keyof typeof shapes) {
  const key = `${language} ${timeZone} ${shape}`;
  const kept = formats.get(key);
  if (kept !== undefined) return kept;
  const locale = language === 'en' ? 'en-GB' : language;
  const made = new Intl.DateTimeFormat(locale, { ...shapes[shape], timeZone });
  formats.set(key, made);
  return made;
}
