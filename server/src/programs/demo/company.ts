/** The directory that the demo begins with. */

import { readFileSync } from 'node:fs';
import type { Draft } from '@rung/domain/directory/draft.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { planDraft } from '../../apply/plan-draft.ts';
import type { Writer } from '../../apply/writer.ts';
import { readDirectoryFile } from '../directory-file.ts';

/** company.yaml, read. @throws when it cannot be: that is a defect of ours. */
export function companyDraft(): Draft {
  const file = readDirectoryFile(readFileSync(new URL('company.yaml', import.meta.url), 'utf8'));
  if (!file.ok) throw new Error(`defect: the demo's company: ${JSON.stringify(file.faults)}`);
  const parsed = parseDirectory(file.document);
  if (!parsed.ok) throw new Error(`defect: the demo's company: ${JSON.stringify(parsed.refusal)}`);
  return parsed.value;
}

/** Writes it where nobody is in the directory yet: what visitors changed in it stays. */
export async function settleCompany(writer: Pick<Writer, 'editDirectory'>): Promise<void> {
  const draft = companyDraft();
  const issues = await writer.editDirectory('setup', (world) => {
    if (world.directory.person.size > 0) return { changes: [], answer: [] };
    const plan = planDraft(world, draft, false);
    return plan.ok
      ? { changes: plan.value.changes, answer: [] }
      : { changes: [], answer: plan.refusal };
  });
  if (issues.length > 0) throw new Error(`defect: the demo's company: ${JSON.stringify(issues)}`);
}
