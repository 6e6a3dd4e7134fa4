/** The words that a client reads: four for how it stands, and what is promised. */

import type { Impact, Urgency } from '@rung/domain/ticket/severity.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { PortalTicket } from '#lib/state/portal.svelte.ts';
import type { PromiseName } from './portal-promise.ts';

/** In the order in which they follow one another. */
export const portalStates = [
  'received',
  'in-work',
  'waiting',
  'solved',
] as const satisfies readonly PortalTicket['state'][];

export const stateWords: { readonly [S in PortalTicket['state']]: () => string } = {
  received: () => m.portal_received(),
  'in-work': () => m.portal_in_work(),
  waiting: () => m.portal_waiting(),
  solved: () => m.portal_solved(),
};

type Say = (of: { time: string }) => string;

/** By when. */
export const promiseWords: { readonly [P in PromiseName]: Say } = {
  answer: (of) => m.portal_row_answer(of),
  news: (of) => m.portal_row_news(of),
  solve: (of) => m.portal_row_solve(of),
};

/** When it was due: it was not kept. */
export const lateWords: { readonly [P in PromiseName]: Say } = {
  answer: (of) => m.portal_row_answer_late(of),
  news: (of) => m.portal_row_news_late(of),
  solve: (of) => m.portal_row_solve_late(of),
};

export const clockWords: { readonly [P in PromiseName]: () => string } = {
  answer: () => m.portal_clock_answer(),
  news: () => m.portal_clock_news(),
  solve: () => m.portal_clock_solve(),
};

export const impactWords: { readonly [I in Impact]: () => string } = {
  low: () => m.portal_impact_low(),
  medium: () => m.portal_impact_medium(),
  high: () => m.portal_impact_high(),
};

export const urgencyWords: { readonly [U in Urgency]: () => string } = {
  days: () => m.portal_urgency_days(),
  hours: () => m.portal_urgency_hours(),
  now: () => m.portal_urgency_now(),
};

/** What words are that were typed and not sent. */
export const unsentWords = {
  comment: () => m.portal_unsent_comment(),
  reopen: () => m.portal_unsent_comment(),
  report: () => m.portal_unsent_ticket(),
} as const;

/** Why the server did not take words, in a sentence that says what to do. */
export function refusedWords(code: string): string {
  switch (code) {
    case 'unknown-ticket':
    case 'not-permitted':
    case 'forbidden':
    case 'not-found':
      return m.portal_refused_gone();
    case 'reopen-window-over':
      return m.portal_refused_window();
    case 'unknown-site':
      return m.portal_refused_site();
    default:
      return m.portal_refused_other({ code });
  }
}
