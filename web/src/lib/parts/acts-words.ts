/** The words of what was done, for lists of it. */

import type { Command } from '@rung/domain/ticket/commands.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { IconName } from '#lib/ui/Icon.svelte';

/** What was done, in a word: for lists of it. */
export const deedWords: { readonly [Name in Command['name']]: () => string } = {
  report: () => m.deed_report(),
  acknowledge: () => m.deed_acknowledge(),
  decline: () => m.deed_decline(),
  release: () => m.deed_release(),
  progress: () => m.deed_progress(),
  comment: () => m.deed_comment(),
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
  comment: 'pen',
  'change-severity': 'warn',
  transfer: 'up',
  resolve: 'check',
  close: 'check',
  reopen: 'plus',
  attach: 'camera',
};

const typed = ['title', 'description', 'note', 'reason', 'resolution'] as const;

/** Everything that was typed into it. */
export function saidIn({ args }: Command): readonly string[] {
  const fields: { readonly [field: string]: unknown } = args;
  return typed.flatMap((field) => {
    const words = fields[field];
    return typeof words === 'string' && words !== '' ? [words] : [];
  });
}
