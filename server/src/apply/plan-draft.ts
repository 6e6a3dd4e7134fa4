import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import { describeChanges } from '@rung/domain/directory/describe.ts';
import { type Change, withChanges } from '@rung/domain/directory/directory.ts';
import type { Draft } from '@rung/domain/directory/draft.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import { lintDirectory } from '@rung/domain/directory/lint.ts';
import { planDirectory } from '@rung/domain/directory/plan.ts';
import type { World } from './world.ts';

/** What the draft would change, or why it must not. Pure. */
export function planDraft(
  { directory, teamsInUse }: Pick<World, 'directory' | 'teamsInUse'>,
  draft: Draft,
  prune: boolean,
): Result<{ changes: readonly Change[]; lines: readonly string[] }, readonly Issue[]> {
  const changes = planDirectory(directory, draft, { prune });
  const issues = lintDirectory(withChanges(directory, directory.version, changes), { teamsInUse });
  if (issues.length > 0) return refuse(issues);
  return accept({ changes, lines: describeChanges(changes, directory) });
}
