import type { Command } from '@rung/domain/ticket/commands.ts';
import { m } from '@rung/messages/compiled/messages.js';

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

const typed = ['title', 'description', 'note', 'reason', 'resolution'] as const;

/** Everything that was typed into it. */
export function saidIn({ args }: Command): readonly string[] {
  const fields: { readonly [field: string]: unknown } = args;
  return typed.flatMap((field) => {
    const words = fields[field];
    return typeof words === 'string' && words !== '' ? [words] : [];
  });
}
