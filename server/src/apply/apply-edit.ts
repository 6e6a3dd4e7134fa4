import type { Change } from '@rung/domain/directory/directory.ts';
import { type Effect, noEffect, type World } from './world.ts';

/** What an edit makes of the directory it finds: the changes to write (none = nothing), and what to answer. */
export type DirectoryEdit<Answer> = (world: Pick<World, 'directory' | 'teamsInUse' | 'now'>) => {
  readonly changes: readonly Change[];
  readonly answer: Answer;
};

/** One edit of the directory against the world. */
export function applyEdit<Answer>(
  world: World,
  by: string,
  edit: DirectoryEdit<Answer>,
): { readonly answer: Answer; readonly effect: Effect } {
  const { changes, answer } = edit(world);
  return { answer, effect: { ...noEffect, changes, by } };
}
