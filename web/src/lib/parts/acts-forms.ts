/** The words of acts: on buttons and in sheets. Loaded with them, because lists say less. */

import type { Act } from '@rung/domain/access/acts.ts';
import { m } from '@rung/messages/compiled/messages.js';
import { refusalWords } from './trouble.ts';

/** What was asked for, in the words of its button. */
export const commandWords: { readonly [Name in Act]: () => string } = {
  acknowledge: () => m.command_acknowledge(),
  decline: () => m.command_decline(),
  release: () => m.command_release(),
  progress: () => m.command_progress(),
  comment: () => m.command_comment(),
  'change-severity': () => m.command_change_severity(),
  transfer: () => m.command_transfer(),
  resolve: () => m.command_resolve(),
  close: () => m.command_close(),
  reopen: () => m.command_reopen(),
  attach: () => m.command_attach(),
};

/** What a sheet asks and says. */
export type Form = {
  readonly title: () => string;
  /** Whoever writes must know that the client reads it. */
  readonly isPublic?: true;
  /** What happens next. */
  readonly text?: () => string;
  /** Of its text field; missing = there is none. */
  readonly label?: () => string;
  /** Words have to stand there. */
  readonly isNeeded?: true;
};

/** Acts that open a sheet; the others are done at the tap. */
export const forms: { readonly [Name in Act]?: Form } = {
  progress: { title: () => m.command_progress(), label: () => m.act_note(), isNeeded: true },
  comment: {
    title: () => m.command_comment(),
    text: () => m.act_comment_text(),
    label: () => m.act_comment(),
    isPublic: true,
    isNeeded: true,
  },
  transfer: { title: () => m.command_transfer(), text: () => m.act_transfer_text() },
  'change-severity': {
    title: () => m.command_change_severity(),
    text: () => m.act_severity_text(),
    label: () => m.act_reason(),
    isNeeded: true,
  },
  resolve: {
    title: () => m.command_resolve(),
    text: () => m.act_resolve_text(),
    label: () => m.act_resolution(),
  },
  reopen: {
    title: () => m.command_reopen(),
    text: () => m.act_reopen_text(),
    label: () => m.act_reopen_reason(),
    isNeeded: true,
  },
  decline: { title: () => m.act_decline_heading(), text: () => m.act_decline_text() },
  release: { title: () => m.act_release_heading(), text: () => m.act_release_text() },
  close: { title: () => m.act_close_heading(), text: () => m.act_close_text() },
};

/** Why it was not done here. */
export function whyNot(kind: string): string {
  return kind === 'not-kept' ? m.act_not_kept() : refusalWords(kind);
}
