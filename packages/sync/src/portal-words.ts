/**
 * What a client's person types in the portal, between the first key and the server's receipt: an answer, why a ticket is to be
 * opened again, a new ticket. A draft (draft.ts) in all three, with its invariants; the words of the first two are `form.what`.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { CommandMessage } from '@rung/protocol/command.ts';
import { commandOf, newDraft, type Draft } from './draft.ts';
import { blankForm, isVisible, wrongIn, type ReportForm, type Wrong } from './form.ts';

export const wordKinds = ['comment', 'reopen', 'report'] as const;
export type WordKind = (typeof wordKinds)[number];
export type Words = { readonly kind: WordKind; readonly draft: Draft };

/** Made once, and kept with the words: a repeat of the same command is harmless. */
export type Ids = { readonly ticket: string; readonly uid: string };

/** The longest that the server takes (protocol's `command`), in UTF-16 units after trimming. */
const most = { comment: 20_000, reopen: 2000 } as const;

export function newWords(kind: WordKind, { ticket, uid }: Ids, at: Instant): Words {
  return { kind, draft: newDraft(ticket, uid, at) };
}

/** What keeps them from being sent, in the order of the form; empty = nothing. */
export function wrongInWords({ kind, draft: { form } }: Words): readonly Wrong[] {
  if (kind === 'report') return wrongIn(form);
  const text = form.what.trim();
  const excess = Math.max(0, text.length - most[kind]);
  return excess > 0 || !isVisible(text) ? [{ field: 'what', excess }] : [];
}

/** The command of words that wait; null for any others. */
export function commandOfWords(words: Words): CommandMessage | null {
  const { kind, draft } = words;
  if (kind === 'report') return commandOf(draft);
  const { uid, ticket, standing, form } = draft;
  if (standing.kind !== 'waiting' || wrongInWords(words).length > 0) return null;
  const [envelope, text] = [{ uid, at: standing.at, offset: null }, form.what.trim()];
  return kind === 'comment'
    ? { ...envelope, name: 'comment', args: { ticket, note: text } }
    : { ...envelope, name: 'reopen', args: { ticket, reason: text } };
}

/**
 * The same words under ids of their own, to be written on: under the old ones they may be with the server already, and an id
 * does not mean two things.
 */
export function anew({ kind, draft }: Words, { ticket, uid }: Ids, at: Instant): Words {
  const about = kind === 'report' ? ticket : draft.ticket;
  return { kind, draft: { ...newDraft(about, uid, at), form: draft.form } };
}

type Loose = { readonly [field: string]: unknown };
const isLoose = (value: unknown): value is Loose => typeof value === 'object' && value !== null;

/** Words as they were kept; null = it is nothing of the kind, or of a version of the app that we do not know. */
export function readWords(value: unknown): Words | null {
  if (!isLoose(value) || !isLoose(value['draft'])) return null;
  const kind = wordKinds.find((one) => one === value['kind']);
  const { ticket, uid, form, savedAt, standing } = value['draft'];
  if (kind === undefined || !isLoose(form) || !isLoose(standing)) return null;
  const areIds = typeof ticket === 'string' && typeof uid === 'string';
  if (!areIds || typeof savedAt !== 'number' || typeof form['what'] !== 'string') return null;
  const read = standingOf(standing);
  return read && { kind, draft: { ticket, uid, savedAt, form: formOf(form), standing: read } };
}

function standingOf({ kind, at, code }: Loose): Draft['standing'] | null {
  if (kind === 'writing') return { kind };
  if (kind === 'waiting' && typeof at === 'number') return { kind, at };
  return kind === 'rejected' && typeof code === 'string' ? { kind, code } : null;
}

/** What is not what it should be counts as not chosen. */
function formOf({ what, site, impact, urgency }: Loose): ReportForm {
  return {
    ...blankForm,
    what: String(what),
    site: typeof site === 'string' ? site : null,
    impact: impact === 'low' || impact === 'medium' || impact === 'high' ? impact : null,
    urgency: urgency === 'days' || urgency === 'hours' || urgency === 'now' ? urgency : null,
  };
}
