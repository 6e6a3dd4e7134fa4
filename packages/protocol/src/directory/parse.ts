import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import {
  emptyDraft,
  sectionNames,
  sections,
  type Draft,
  type DraftKind,
  type Section,
} from '@rung/domain/directory/draft.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import * as v from 'valibot';
import { key } from '../text.ts';
import { explain } from './explain.ts';
import { isBlock, notABlock, unknownKey } from './fields.ts';
import { items, organisation } from './items.ts';

/**
 * Reads a directory document (the YAML file as JSON): its meaning, or everything that is wrong with its form.
 * Whether what it names exists is `lintDirectory`'s question.
 */
export function parseDirectory(document: unknown): Result<Draft, readonly Issue[]> {
  if (!isBlock(document)) {
    return refuse([
      { path: [], message: 'the document is empty or not a block; begin with "organisation:"' },
    ]);
  }
  const issues: Issue[] = [];
  const known = ['organisation', ...sectionNames];
  for (const name of Object.keys(document)) {
    if (!known.includes(name)) issues.push({ path: [name], message: unknownKey(name, known) });
  }
  const draft: Record<string, unknown> = { ...emptyDraft };
  const written = document['organisation'] ?? null;
  if (written !== null) {
    draft['organisation'] = parsed(organisation, written, ['organisation'], issues);
  }
  for (const name of sectionNames) {
    draft[sections[name]] = section(name, document[name] ?? {}, issues);
  }
  return issues.length === 0 ? accept(draft as Draft) : refuse(issues);
}

function section(name: Section, input: unknown, issues: Issue[]): ReadonlyMap<string, unknown> {
  const { schema, most } = items[sections[name] satisfies DraftKind];
  const found = new Map<string, unknown>();
  if (!isBlock(input)) {
    issues.push({ path: [name], message: notABlock });
    return found;
  }
  const entries = Object.entries(input);
  if (entries.length > most) {
    const message = `has ${entries.length} entries; at most ${most} are possible`;
    issues.push({ path: [name], message });
    return found;
  }
  for (const [itemKey, item] of entries) {
    if (!v.is(key, itemKey)) {
      const message =
        'is not a key; write lower-case letters, digits and inner hyphens, at most 63, like cold-store';
      issues.push({ path: [name, itemKey], message });
    }
    found.set(itemKey, parsed(schema, item, [name, itemKey], issues));
  }
  return found;
}

function parsed(
  schema: v.GenericSchema,
  input: unknown,
  path: Issue['path'],
  issues: Issue[],
): unknown {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  for (const issue of result.issues) {
    const below = (issue.path ?? []).map((item) => item.key as string | number);
    issues.push({ path: [...path, ...below], message: explain(issue) });
  }
  return null;
}
