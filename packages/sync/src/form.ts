/** What a person fills in to report something, and what becomes of it on the wire. */

import type { Severity } from '@rung/domain/directory/directory.ts';
import {
  ratings,
  severityOf,
  type Impact,
  type Rating,
  type Urgency,
} from '@rung/domain/ticket/severity.ts';

/** null = not chosen; a site or machine need not be. */
export type ReportForm = {
  /** One text: its beginning is the title, the rest the description. */
  readonly what: string;
  readonly site: string | null;
  readonly asset: string | null;
  readonly impact: Impact | null;
  readonly urgency: Urgency | null;
  /** "I am on it": nobody is paged. */
  readonly take: boolean;
};

export const blankForm: ReportForm = {
  what: '',
  site: null,
  asset: null,
  impact: null,
  urgency: null,
  take: false,
};

/** The longest texts that the server takes (protocol's `reportArgs`), in UTF-16 units after trimming. */
const most = { title: 200, description: 20_000 } as const;
/** A first line up to here is a title as it is; of a longer one, its first sentence. */
const headline = 80;

/** Whether there is anything worth keeping in it. */
export function isBlank({ what, site, asset, impact, urgency, take }: ReportForm): boolean {
  return !what.trim() && !site && !asset && !impact && !urgency && !take;
}

/** null until both halves of it were said. */
export function severityIn({ impact, urgency }: ReportForm): Severity | null {
  return impact === null || urgency === null ? null : severityOf({ impact, urgency });
}

/**
 * The two texts that the wire wants, without a word lost: one after the other they say `what`, but for blanks between them and
 * lines before the first that have nothing to see. The title is the first line, or its first sentence where it is long, cut
 * between two words where even that is longer than the server takes.
 */
export function titleAndDescription(what: string): {
  readonly title: string;
  readonly description: string;
} {
  const text = fromFirstVisibleLine(what.replaceAll('\u0000', '').trim());
  const line = text.split('\n', 1)[0] ?? '';
  const end = line.length <= headline ? line.length : (sentenceEnd(line) ?? wordEnd(line));
  return { title: text.slice(0, end).trimEnd(), description: text.slice(end).trimStart() };
}

/** The title that it will have; empty = nothing was said. */
export const titleOf = ({ what }: ReportForm): string => titleAndDescription(what).title;

function fromFirstVisibleLine(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex(isVisible);
  return first <= 0 ? text : lines.slice(first).join('\n').trimStart();
}

/** A word of two letters before the dot is an abbreviation more often than an end ("no. 3", "z. B."). */
function sentenceEnd(line: string): number | null {
  const end = /[^\s.!?]{3}[)"'»”’]*[.!?…]+[)"'»”’]*(?=\s)/u.exec(line);
  if (end === null) return null;
  const at = end.index + end[0].length;
  return at >= 12 && at <= most.title ? at : null;
}

function wordEnd(line: string): number {
  if (line.length <= most.title) return line.length;
  const blank = line.slice(0, most.title + 1).search(/\s\S*$/);
  if (blank > 0) return blank;
  // Not through the middle of a sign that is two units long.
  return isLead(line.charCodeAt(most.title - 1)) ? most.title - 1 : most.title;
}

const isLead = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** What keeps a form from being sent. `excess`: how many characters are too many; 0 = it misses something. */
export type Wrong = {
  readonly field: 'what' | 'impact' | 'urgency';
  readonly excess: number;
};

/** All of it, in the order of the form; empty = ready. */
export function wrongIn({ what, impact, urgency }: ReportForm): readonly Wrong[] {
  const { title, description } = titleAndDescription(what);
  const wrong: Wrong[] = [];
  const excess = Math.max(0, description.length - most.description);
  if (excess > 0 || !isVisible(title)) wrong.push({ field: 'what', excess });
  if (impact === null) wrong.push({ field: 'impact', excess: 0 });
  if (urgency === null) wrong.push({ field: 'urgency', excess: 0 });
  return wrong;
}

/** Whether there is anything to see: the same rule as in protocol's text.ts; a test holds the two together. */
export function isVisible(text: string): boolean {
  return /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/u.test(text);
}

/** What a report says, as far as a form can say it again. */
type Said = {
  readonly title: string;
  readonly description: string;
  readonly site: string | null;
  readonly severity: Severity | null;
  readonly asset?: string | null;
  readonly take?: boolean;
};

/** The form with the words of a report: of one that was refused, or of a draft as older versions kept it. */
export function formOf({ title, description, site, severity, asset, take }: Said): ReportForm {
  const rating: { readonly [R in keyof Rating]: Rating[R] | null } =
    severity === null ? { impact: null, urgency: null } : ratings[severity];
  const what = [title, description].filter((text) => text !== '').join('\n');
  return { what, site, asset: asset ?? null, ...rating, take: take ?? false };
}
