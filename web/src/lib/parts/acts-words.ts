/** The words of acts: on buttons, in sheets, in the outbox. */

import type { Act } from '@rung/domain/access/acts.ts';
import type { Command } from '@rung/domain/ticket/commands.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { IconName } from '#lib/ui/Icon.svelte';
import { refusalWords } from './trouble.ts';

/** What was asked for, in the words of its button. */
export const commandWords: { readonly [Name in Command['name']]: () => string } = {
  report: () => m.command_report(),
  acknowledge: () => m.command_acknowledge(),
  decline: () => m.command_decline(),
  release: () => m.command_release(),
  progress: () => m.command_progress(),
  'change-severity': () => m.command_change_severity(),
  transfer: () => m.command_transfer(),
  resolve: () => m.command_resolve(),
  close: () => m.command_close(),
  reopen: () => m.command_reopen(),
  attach: () => m.command_attach(),
};

/** What was done, in a word: for lists of it. */
export const deedWords: { readonly [Name in Command['name']]: () => string } = {
  report: () => m.deed_report(),
  acknowledge: () => m.deed_acknowledge(),
  decline: () => m.deed_decline(),
  release: () => m.deed_release(),
  progress: () => m.deed_progress(),
  'change-severity': () => m.deed_change_severity(),
  transfer: () => m.deed_transfer(),
  resolve: () => m.deed_resolve(),
  close: () => m.deed_close(),
  reopen: () => m.deed_reopen(),
  attach: () => m.deed_attach(),
};

/** Its mark, beside the words. */
export const commandMarks: { readonly [Name in Command['name']]: IconName } = {
  report: 'plus',
  acknowledge: 'check',
  decline: 'close',
  release: 'back',
  progress: 'note',
  'change-severity': 'warn',
  transfer: 'up',
  resolve: 'check',
  close: 'check',
  reopen: 'plus',
  attach: 'camera',
};

/** What a sheet asks and says. */
export type Form = {
  readonly title: () => string;
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

const typed = ['title', 'description', 'note', 'reason', 'resolution'] as const;

/** Everything that was typed into it. */
export function saidIn({ args }: Command): readonly string[] {
  const fields: { readonly [field: string]: unknown } = args;
  return typed.flatMap((field) => {
    const words = fields[field];
    return typeof words === 'string' && words !== '' ? [words] : [];
  });
}
