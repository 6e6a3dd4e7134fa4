/** What became of an answer, in words, in place of the page. */

import type { Language } from '@rung/domain/directory/directory.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Ruling } from '../lib/sync/answers-door.ts';
import { answers, icons, type Notice, type NoticeData } from './notice.ts';

export type About = {
  readonly tag: string;
  readonly lang: Language;
  readonly data: NoticeData;
  /** Its person wants no details on the screen, or it is not known whether. */
  readonly isHidden: boolean;
};

export function saySending(about: About): Notice {
  const title = m.worker_sending({}, { locale: about.lang });
  return quiet(about, title, m.worker_goes_on({}, { locale: about.lang }), {
    isUnsent: true,
    isSending: true,
  });
}

/** The server has it. Quiet: whoever answered looks, or sleeps again. */
export function saySettled(about: About, { outcome, code }: Ruling): Notice {
  const { lang: locale, data, isHidden } = about;
  const what = isHidden ? '' : (data.title ?? '');
  const isTaken = outcome === 'applied' || outcome === 'noop';
  const over = { isOver: true, isUnsent: false, isSending: false };
  if (!isTaken) return sayRefused(about);
  switch (code) {
    case 'ended':
      return quiet(about, m.worker_ended({}, { locale }), what, over);
    case 'joined':
      return quiet(about, m.worker_joined({}, { locale }), what, over);
    case 'stale':
    case 'raised':
    case 'expired':
      // It was noted, and stopped nothing.
      return loud(about, m.worker_stale({}, { locale }), what, false);
    default:
      return quiet(about, m.worker_yours({}, { locale }), what, over);
  }
}

/** The server will not have it. */
export function sayRefused(about: About): Notice {
  const { lang: locale } = about;
  return loud(about, m.worker_refused({}, { locale }), m.worker_look({}, { locale }), false);
}

/** It waits here. `willWake`: the browser wakes us when there is a network. */
export function sayUnsent(about: About, willWake: boolean): Notice {
  const { lang: locale } = about;
  const words = willWake ? m.worker_unsent_later : m.worker_unsent_open;
  return loud(about, m.worker_unsent({}, { locale }), words({}, { locale }), true);
}

export function sayLost(about: About): Notice {
  const { lang: locale } = about;
  return loud(about, m.worker_lost({}, { locale }), m.worker_lost_what({}, { locale }), true);
}

function quiet({ tag, lang, data }: About, title: string, body: string, more: object): Notice {
  return {
    title,
    options: { ...icons, body, tag, lang, silent: true, data: { ...data, ...more } },
  };
}

/** Somebody must look at it; while it is unsent, he may answer once more. */
function loud({ tag, lang, data }: About, title: string, body: string, isUnsent: boolean): Notice {
  return {
    title,
    options: {
      ...icons,
      ...{ body, tag, lang, silent: false, renotify: true, requireInteraction: true },
      ...(isUnsent ? { actions: answers(lang) } : {}),
      data: { ...data, isUnsent, isSending: false, ...(isUnsent ? {} : { isOver: true }) },
    },
  };
}
