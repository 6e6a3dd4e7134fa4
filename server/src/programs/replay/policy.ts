/** The file that says how a replay escalates: what may stand in it, and where in it a fault of the company stands. */

import type { Issue } from '@rung/domain/directory/issue.ts';
import { isBlock, notABlock, unknownKey } from '@rung/protocol/directory/fields.ts';

export type Policy = Readonly<Record<string, unknown>>;

const sections = ['organisation', 'calendars', 'policies', 'team', 'contract'];

/** What the log says of every team and contract. */
const ofTheLog = {
  team: ['name', 'members', 'lead', 'schedule'],
  contract: ['name', 'client'],
} as const;

/** What the file says, and what is wrong with its sections. */
export function policyOf(document: unknown): {
  readonly policy: Policy;
  readonly issues: readonly Issue[];
} {
  if (!isBlock(document)) return { policy: {}, issues: [{ path: [], message: notABlock }] };
  const unknown = Object.keys(document).filter((name) => !sections.includes(name));
  const issues = [
    ...unknown.map((name) => ({ path: [name], message: unknownKey(name, sections) })),
    ...blockIssues('team', document['team']),
    ...blockIssues('contract', document['contract']),
  ];
  return { policy: document, issues };
}

function blockIssues(name: keyof typeof ofTheLog, block: unknown): readonly Issue[] {
  if (block === undefined || block === null) return [];
  if (!isBlock(block)) return [{ path: [name], message: notABlock }];
  return ofTheLog[name]
    .filter((field) => field in block)
    .map((field) => ({ path: [name, field], message: 'comes from the log; remove it' }));
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
