/**
 * A report between the first key and the server's receipt.
 *
 *   writing ──send──▶ waiting ──receipt──▶ sent (the ticket is on the server; forgotten after a while)
 *      ▲                 │
 *      └──write── rejected ◀──rule said no
 *
 * 1. Only the person removes a draft before its receipt; no failure does. So one that is gone was not sent: a receipt is
 *    known by `sent` alone, in every tab.
 * 2. The ticket's id stays from the first key to the end.
 * 3. While it waits, neither its words nor its uid change: a try whose answer was lost may have been applied, and a
 *    repeat must be the same command.
 * 4. A rejected command's uid is settled for ever, so writing on begins with a new one.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { CommandMessage } from '@rung/protocol/command.ts';
import { blankForm, formOf, severityIn, titleAndDescription, type ReportForm } from './form.ts';

export type Draft = {
  /** ULID of the ticket to be. */
  readonly ticket: string;
  /** ULID of the command. */
  readonly uid: string;
  readonly form: ReportForm;
  readonly savedAt: Instant;
  readonly standing:
    | { readonly kind: 'writing' }
    /** `at`: when the person pressed Send; the command carries it. */
    | { readonly kind: 'waiting'; readonly at: Instant }
    | { readonly kind: 'rejected'; readonly code: string }
    /** `at`: when the receipt came. */
    | { readonly kind: 'sent'; readonly at: Instant };
};

/** How long a receipt is remembered, ms: until every tab has seen it, were it asleep for a while. */
const receiptMs = 60 * 60_000;

/** How one try to send ended. */
export type SendAnswer =
  /** The server has it; a repeat of what it had already is good news too. */
  | { readonly kind: 'receipt' }
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'sign-in' }
  /** The world did not answer, or asked for patience. `reachable` false = nothing came back at all. */
  | {
      readonly kind: 'later';
      readonly reachable: boolean;
      readonly retryAfterMs: number | null;
    };

export function newDraft(ticket: string, uid: string, at: Instant): Draft {
  return { ticket, uid, form: blankForm, savedAt: at, standing: { kind: 'writing' } };
}

/** The draft as it was kept, in today's shape: older versions had a title, a description and a severity. */
export function keptDraft(kept: Draft): Draft {
  const form: ReportForm | Parameters<typeof formOf>[0] = kept.form;
  return 'what' in form ? kept : { ...kept, form: formOf(form) };
}

/** Whether its words may still change: it does not wait, and the server does not have it. */
export function isOpen({ standing }: Draft): boolean {
  return standing.kind === 'writing' || standing.kind === 'rejected';
}

/** The draft with these words. `uid` is used only where the old one is settled; one that is not open stays as it is. */
export function write(draft: Draft, form: ReportForm, uid: string, at: Instant): Draft {
  if (!isOpen(draft)) return draft;
  const fresh = draft.standing.kind === 'rejected' ? uid : draft.uid;
  return { ...draft, uid: fresh, form, savedAt: at, standing: { kind: 'writing' } };
}

/** The draft, ready to leave. Only for a form with nothing wrong in it. */
export function send(draft: Draft, at: Instant): Draft {
  return isOpen(draft) ? { ...draft, standing: { kind: 'waiting', at } } : draft;
}

/** The command of a waiting draft; null for any other, and for one that misses something. */
export function commandOf({ uid, ticket, form, standing }: Draft): CommandMessage | null {
  const severity = severityIn(form);
  if (standing.kind !== 'waiting' || severity === null) return null;
  return {
    uid,
    at: standing.at,
    offset: null,
    name: 'report',
    args: {
      ticket,
      type: 'incident',
      severity,
      ...titleAndDescription(form.what),
      site: form.site,
      asset: form.asset,
      category: null,
      team: null,
      take: form.take,
    },
  };
}

/** What becomes of the draft that was sent. */
export function afterAnswer(draft: Draft, answer: SendAnswer, at: Instant): Draft {
  switch (answer.kind) {
    case 'receipt':
      return { ...draft, standing: { kind: 'sent', at } };
    case 'rejected':
      return { ...draft, standing: { kind: 'rejected', code: answer.code } };
    case 'sign-in':
    case 'later':
      return draft;
  }
}

/** Whether it is only a receipt that everybody had time to see. */
export function isForgotten({ standing }: Draft, now: Instant): boolean {
  return standing.kind === 'sent' && Math.abs(now - standing.at) > receiptMs;
}
