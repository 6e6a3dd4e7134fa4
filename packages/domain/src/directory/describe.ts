/** Changes as lines that a person reads before, and keeps after, applying them. */

import type { Change, Directory, Items, Kind } from './directory.ts';
import { organisationWritten, written, type Written, type WrittenItem } from './written.ts';

/**
 * One line a change, in their order: "+ person mara (Mara Lindt)", "~ team cold: members +jonas -ada; lead mara -> jonas",
 * "- site north (Northern store)". A policy and its new version are one line. `directory` is the one before the changes.
 */
export function describeChanges(
  changes: readonly Change[],
  directory: Directory,
): readonly string[] {
  const newVersions = new Map(
    changes.flatMap((change) =>
      change.kind === 'policy-version' && change.after ? [[change.key, change.after] as const] : [],
    ),
  );
  return changes.flatMap((change) => {
    if (change.kind === 'policy-version') return [];
    if (change.kind === 'policy') return [policyLine(change, newVersions, directory)];
    return [itemLine(change)];
  });
}

type ItemChange = Exclude<Change, { kind: 'policy' | 'policy-version' }>;

function itemLine(change: ItemChange): string {
  // There is only one organisation.
  const title = change.kind === 'organisation' ? change.kind : `${change.kind} ${change.key}`;
  if (change.before === null) return `+ ${title} (${change.after?.name})`;
  if (change.after === null) return `- ${title} (${change.before.name})`;
  const before = plainly(change.kind, change.before);
  const after = plainly(change.kind, change.after);
  return `~ ${title}: ${differences(before, after).join('; ')}`;
}

function plainly(kind: Exclude<Kind, 'policy' | 'policy-version'>, item: unknown): WrittenItem {
  if (kind === 'organisation') return organisationWritten(item as Items['organisation']);
  return written(kind, item as never, null);
}

function policyLine(
  change: Extract<Change, { kind: 'policy' }>,
  newVersions: ReadonlyMap<string, Items['policy-version']>,
  directory: Directory,
): string {
  const { key, before, after } = change;
  if (after === null) return `- policy ${key} (${before?.name})`;
  const version = newVersions.get(after.current);
  if (before === null) {
    const text = version && written('policy', version, null);
    return `+ policy ${key} (${after.name})${text ? `: ${fieldsText(text, ['name'])}` : ''}`;
  }
  if (after.retired) return `~ policy ${key}: retired`;
  const said = before.retired ? ['in force again'] : [];
  const old = directory['policy-version'].get(before.current);
  if (version && old) {
    const parts = differences(written('policy', old, null), written('policy', version, null));
    said.push(`version ${old.version} -> ${version.version}`, ...parts);
  }
  return `~ policy ${key}: ${said.join('; ')}`;
}

/** What differs, field by field, each as "field old -> new", "list +new -gone", or "field: no -> yes". */
function differences(before: WrittenItem, after: WrittenItem, under = ''): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) =>
    difference(`${under}${field}`, before[field], after[field]),
  );
}

function difference(
  name: string,
  before: Written | undefined,
  after: Written | undefined,
): readonly string[] {
  if (inline(before) === inline(after)) return [];
  const from = listOf(before);
  const to = listOf(after);
  if (from && to && [...from, ...to].every((one) => typeof one === 'string')) {
    const gone = from.filter((one) => !to.includes(one)).map((one) => ` -${one}`);
    const added = to.filter((one) => !from.includes(one)).map((one) => ` +${one}`);
    if (gone.length + added.length > 0) return [`${name}${[...added, ...gone].join('')}`];
  }
  if (from && to && [...from, ...to].every(isBlock)) {
    const longest = from.length > to.length ? from : to;
    return longest.flatMap((_, index) =>
      difference(`${name} ${index + 1}`, from[index], to[index]),
    );
  }
  if (isBlock(before) && isBlock(after)) return differences(before, after, `${name} `);
  if (typeof (before ?? after) === 'boolean') {
    return [`${name} ${yesOrNo(before)} -> ${yesOrNo(after)}`];
  }
  return [`${name} ${inline(before)} -> ${inline(after)}`];
}

/** A list, or nothing written where the other side is a list. One alone is written without a list, so text is not enough. */
function listOf(value: Written | undefined): readonly Written[] | null {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : null;
}

function isBlock(value: Written | undefined): value is WrittenItem {
  return typeof value === 'object' && !Array.isArray(value);
}

function yesOrNo(value: Written | undefined): string {
  return value === true ? 'yes' : 'no';
}

function inline(value: Written | undefined): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (isBlock(value)) return `{ ${fieldsText(value)} }`;
  return String(value).replace(/\p{Cc}+/gu, ' ');
}

function fieldsText(block: WrittenItem, without: readonly string[] = []): string {
  return Object.entries(block)
    .filter(([field]) => !without.includes(field))
    .map(([field, value]) => `${field} ${inline(value)}`)
    .join('; ');
}
