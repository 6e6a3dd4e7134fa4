import { picturesOf } from '../local/pictures.ts';
import type { Local } from '../local/local.ts';

/**
 * A refused report is written anew as the draft `to`: its pictures go along, as new ones, because what was said of them is
 * settled. Then the problem is read, unless more was typed after it.
 */
export function handOn(
  local: Local,
  uid: string,
  to: string,
  newId: () => string,
): Promise<unknown> {
  return local.apply(async (writing) => {
    const given = await writing.problem.get(uid);
    if (given === undefined) return;
    for (const id of picturesOf(given.dependants.map(({ command }) => command))) {
      const held = await writing.file.get(id);
      if (held === undefined) continue;
      const { sent: _, ...picture } = held;
      const keys = Array.from({ length: picture.parts }, (_, n) => [id, n] as const);
      const parts = (await writing.part.many(keys)).filter((part) => part !== undefined);
      const file = newId();
      await writing.part.put(parts.map((part) => ({ ...part, file })));
      await writing.file.put([{ ...picture, id: file, ticket: to, state: 'draft', refused: null }]);
      await writing.dropFiles([id]);
    }
    const dependants = given.dependants.filter(({ command }) => command.name !== 'attach');
    if (dependants.length === 0) await writing.problem.drop([uid]);
    else await writing.problem.put([{ ...given, dependants }]);
  });
}
