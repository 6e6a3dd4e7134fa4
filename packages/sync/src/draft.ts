/**
 * A report between the first key and the server's receipt.
 *
 *   writing ──send──▶ waiting ──receipt──▶ gone (the ticket is on the server)
 *      ▲                 │
 *      └──write── rejected ◀──rule said no
 *
 * 1. Only a receipt or the person removes a draft; no failure does.
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
    | { readonly kind: 'rejected'; readonly code: string };
};

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

/** The draft with these words. `uid` is used only where the old one is settled; a waiting draft stays as it is. */
export function write(draft: Draft, form: ReportForm, uid: string, at: Instant): Draft {
  if (draft.standing.kind === 'waiting') return draft;
  const fresh = draft.standing.kind === 'rejected' ? uid : draft.uid;
  return { ...draft, uid: fresh, form, savedAt: at, standing: { kind: 'writing' } };
}

/** The fields that still miss something before it can be sent, in the order of the form; empty = ready. */
export function missing(form: ReportForm): readonly ('title' | 'severity')[] {
  const fields: ('title' | 'severity')[] = [];
  if (form.title.trim() === '') fields.push('title');
  if (form.severity === null) fields.push('severity');
  return fields;
}

/** The draft, ready to leave. Only for a form that misses nothing. */
export function send(draft: Draft, at: Instant): Draft {
  return draft.standing.kind === 'waiting'
    ? draft
    : { ...draft, standing: { kind: 'waiting', at } };
}

/** The command of a waiting draft; null for any other, and for one that misses something. */
export function commandOf({ uid, ticket, form, standing }: Draft): CommandMessage | null {
  if (standing.kind !== 'waiting' || form.severity === null) return null;
  return {
    uid,
    at: standing.at,
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
    },
  };
}

/** What becomes of the draft that was sent; null = the server has it, so it may go. */
export function afterAnswer(draft: Draft, answer: SendAnswer): Draft | null {
  switch (answer.kind) {
    case 'receipt':
      return null;
    case 'rejected':
      return { ...draft, standing: { kind: 'rejected', code: answer.code } };
    case 'sign-in':
    case 'later':
      return draft;
  }
}
