import type { LadderView } from '@rung/domain/escalation/ladder-view.ts';
import { m } from '@rung/messages/compiled/messages.js';
import { type LadderWords, named } from './ladder-names.ts';

/**
 * What the server will do next, in one sentence without a full stop: for the head of a ticket, and for whoever asks what
 * happens if he does nothing.
 */
export function nextWords(
  { next, wasDue, waiting }: Pick<LadderView, 'next' | 'wasDue' | 'waiting'>,
  words: LadderWords,
): string {
  switch (next.kind) {
    case 'starts':
      return m.ladder_starts();
    case 'begins':
      return m.ladder_begins();
    case 'page': {
      const said = { who: named(next, words), time: words.time(next.at) };
      if (wasDue) return m.next_page_was_due(said);
      return waiting.length > 0 ? m.next_page_unless(said) : m.next_page(said);
    }
    case 'ask':
    case 'expire': {
      const said = { who: words.object(next.person), time: words.time(next.at) };
      const [sure, unless] =
        next.kind === 'ask'
          ? [m.next_ask, m.next_ask_unless]
          : [m.next_expire, m.next_expire_unless];
      return waiting.length > 0 ? unless(said) : sure(said);
    }
    case 'close':
      return m.next_close({ time: words.time(next.at) });
    case 'nothing':
      return waiting.length > 0 ? m.next_nothing_unsent() : m.next_nothing();
    case 'over':
      return m.next_over();
  }
}

/** What comes at zero, behind the count: "then the server pages Ines". */
export function thenWords(
  { next, waiting }: Pick<LadderView, 'next' | 'waiting'>,
  words: LadderWords,
): string {
  if (next.kind === 'expire') return m.ladder_then_again({ who: words.object(next.person) });
  if (next.kind !== 'page') return '';
  const who = named(next, words);
  return waiting.length > 0
    ? m.next_page_unless({ who, time: words.time(next.at) })
    : m.ladder_then({ who });
}
