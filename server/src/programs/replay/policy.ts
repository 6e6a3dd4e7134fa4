/** The file that says how a replay escalates: what may stand in it, and where in it a fault of the company stands. */

import type { Issue } from '@rung/domain/directory/issue.ts';
import { isBlock, unknownKey } from '@rung/protocol/directory/fields.ts';

export type Policy = Readonly<Record<string, unknown>>;

const sections = ['organisation', 'calendars', 'policies', 'team', 'contract'];

/** What the file says, and what it must not say; one that is empty or no block says nothing. */
export function policyOf(document: unknown): {
  readonly policy: Policy;
  readonly issues: readonly Issue[];
} {
  const policy = isBlock(document) ? document : {};
  const unknown = Object.keys(policy).filter((name) => !sections.includes(name));
  const issues = unknown.map((name) => ({ path: [name], message: unknownKey(name, sections) }));
  return { policy, issues };
}

/** Sections of the company that are made of one block of the file each. */
const blocks = new Map<unknown, string>([
  ['teams', 'team'],
  ['contracts', 'contract'],
]);

/** The company's faults by where they stand in the file: what is wrong with every team is wrong with `team`, once. */
export function inFile(issues: readonly Issue[]): readonly Issue[] {
  const found = issues.map(({ path: [section, key, ...rest], message }): Issue => {
    const block = blocks.get(section);
    if (block !== undefined && key !== undefined) return { path: [block, ...rest], message };
    return { path: [section, key, ...rest].filter((part) => part !== undefined), message };
  });
  return [...new Map(found.map((issue) => [JSON.stringify(issue), issue])).values()];
}
