import type { Command } from '@rung/domain/ticket/commands.ts';
import type { HeldFile, Pending, Problem } from './rows.ts';

/** Ids of the pictures that these commands attach. The uid of such a command is the id of its picture. */
export function picturesOf(commands: readonly Command[]): readonly string[] {
  return commands.flatMap(({ name, args }) => (name === 'attach' ? args.file : []));
}

/** Those whose bytes go now, by themselves: text before bytes, so their commands are not among these, which wait. */
export function goingOf(
  pictures: readonly HeldFile[],
  commands: readonly Pick<Pending, 'uid'>[],
): readonly HeldFile[] {
  const waiting = new Set(commands.map(({ uid }) => uid));
  return pictures.filter(
    ({ id, state, refused }) => state === 'attached' && refused === null && !waiting.has(id),
  );
}

/** Those whose bytes the server refused: of the others that it refused a problem tells. */
export function refusedAlone(
  pictures: readonly HeldFile[],
  problems: readonly Problem[],
): readonly HeldFile[] {
  const told = new Set(
    problems.flatMap(({ uid, dependants }) => [uid, ...dependants.map((one) => one.uid)]),
  );
  return pictures.filter(({ id, refused }) => refused !== null && !told.has(id));
}
