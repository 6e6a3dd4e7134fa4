import type { Command } from '@rung/domain/ticket/commands.ts';

/** Ids of the pictures that these commands attach. The uid of such a command is the id of its picture. */
export function picturesOf(commands: readonly Command[]): readonly string[] {
  return commands.flatMap(({ name, args }) => (name === 'attach' ? args.file : []));
}
