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
import type { Severity } from '@rung/domain/directory/directory.ts';
import type { CommandMessage } from '@rung/protocol/command.ts';

/** What a person fills in; severity null = not chosen yet, site null = not said. */
export type ReportForm = {
  readonly title: string;
  readonly site: string | null;
  readonly severity: Severity | null;
  readonly description: string;
};

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

/** The longest texts that the server takes (protocol's `reportArgs`), in UTF-16 units after trimming. */
const most = { title: 200, description: 20_000 } as const;
/** How long a receipt is remembered, ms: until every tab has seen it, were it asleep for a while. */
const receiptMs = 60 * 60_000;

export const blankForm: ReportForm = { title: '', site: null, severity: null, description: '' };

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

/** Whether there is anything worth keeping in it. */
export function isBlank({ title, site, severity, description }: ReportForm): boolean {
  return title.trim() === '' && description.trim() === '' && site === null && severity === null;
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

/** What keeps a form from being sent. `excess`: how many characters are too many; 0 = it misses something. */
export type Wrong = {
  readonly field: 'title' | 'severity' | 'description';
  readonly excess: number;
};

/** All of it, in the order of the form; empty = ready. */
export function wrongIn({ title, severity, description }: ReportForm): readonly Wrong[] {
  const wrong: Wrong[] = [];
  const excess = lengthOf(title) - most.title;
  if (excess > 0 || !isVisible(title)) wrong.push({ field: 'title', excess: Math.max(0, excess) });
  if (severity === null) wrong.push({ field: 'severity', excess: 0 });
  const excessBelow = lengthOf(description) - most.description;
  if (excessBelow > 0) wrong.push({ field: 'description', excess: excessBelow });
  return wrong;
}

/** As the server counts: without U+0000, trimmed. */
function lengthOf(text: string): number {
  return text.replaceAll('\u0000', '').trim().length;
}

/** The same rule as in protocol's text.ts; a test holds the two together. */
function isVisible(text: string): boolean {
  return /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/u.test(text);
}

/** The draft, ready to leave. Only for a form with nothing wrong in it. */
export function send(draft: Draft, at: Instant): Draft {
  return isOpen(draft) ? { ...draft, standing: { kind: 'waiting', at } } : draft;
}

/** The command of a waiting draft; null for any other, and for one that misses something. */
export function commandOf({ uid, ticket, form, standing }: Draft): CommandMessage | null {
  if (standing.kind !== 'waiting' || form.severity === null) return null;
  return {
    uid,
    at: standing.at,
    offset: null,
    name: 'report',
    args: {
      ticket,
      type: 'incident',
      severity: form.severity,
      title: form.title.trim(),
      description: form.description.trim(),
      site: form.site,
      asset: null,
      category: null,
      team: null,
      take: false,
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
