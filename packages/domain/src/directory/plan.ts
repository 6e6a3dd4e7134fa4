/** From a draft to the changes that lead there. Pure: looks at what is, says what would have to change. */

import {
  kinds,
  organisationKey,
  type Change,
  type Directory,
  type Items,
  type Kind,
  type PolicyText,
} from './directory.ts';
import type { Draft } from './draft.ts';
import { same } from './same.ts';

/**
 * The changes after which the directory says what the draft says; none if it already does. Sorted by kind, then key.
 *
 * An item that the draft names is replaced whole; one that it does not name stays as it is. With `prune` the draft is
 * the whole truth: what it does not name is removed, but people are disabled and policies retired, because tickets and
 * the log go on naming them. The organisation and policy versions are never removed. A policy whose text changed gets
 * a new version; the old one stays, for the runs that began with it.
 */
export function planDirectory(
  directory: Directory,
  draft: Draft,
  options: { readonly prune: boolean },
): readonly Change[] {
  const changes: Change[] = [];
  const put = <K extends Kind>(kind: K, key: string, after: Items[K] | null): void => {
    const before = directory[kind].get(key) ?? null;
    if (!same(before, after)) changes.push({ kind, key, before, after } as Change);
  };

  const organisation = draft.organisation ?? directory.organisation.get(organisationKey) ?? null;
  if (draft.organisation) put('organisation', organisationKey, draft.organisation);
  const zone = organisation?.zone ?? 'UTC';
  const language = organisation?.language ?? 'en';

  for (const [key, person] of draft.person) {
    put('person', key, {
      ...person,
      zone: person.zone ?? zone,
      language: person.language ?? language,
    });
  }
  for (const kind of ['calendar', 'schedule'] as const) {
    for (const [key, item] of draft[kind]) put(kind, key, { ...item, zone: item.zone ?? zone });
  }
  for (const kind of ['team', 'client', 'site', 'asset', 'category', 'contract'] as const) {
    for (const [key, item] of draft[kind]) put(kind, key, item);
  }
  for (const [key, text] of draft.policy) planPolicy(directory, key, text, put);

  if (options.prune) {
    for (const [key, person] of directory.person) {
      if (!draft.person.has(key)) put('person', key, { ...person, disabled: true });
    }
    for (const [key, policy] of directory.policy) {
      if (!draft.policy.has(key)) put('policy', key, { ...policy, retired: true });
    }
    for (const kind of removable) {
      for (const key of directory[kind].keys()) {
        if (!draft[kind].has(key)) put(kind, key, null);
      }
    }
  }
  return changes.sort(byKindAndKey);
}

const removable = [
  'team',
  'client',
  'site',
  'asset',
  'category',
  'calendar',
  'schedule',
  'contract',
] as const;

function planPolicy(
  directory: Directory,
  key: string,
  text: PolicyText,
  put: <K extends Kind>(kind: K, key: string, after: Items[K]) => void,
): void {
  const before = directory.policy.get(key);
  const version = before && directory['policy-version'].get(before.current);
  const asBefore =
    before && version && same({ ...version, policy: undefined, version: undefined }, text);
  const number = asBefore ? version.version : (version?.version ?? 0) + 1;
  const current = `${key}@${number}`;
  put('policy', key, { name: text.name, current, retired: false });
  if (!asBefore) put('policy-version', current, { ...text, policy: key, version: number });
}

const rank = new Map<string, number>(kinds.map((kind, index) => [kind, index]));

function byKindAndKey(a: Change, b: Change): number {
  if (a.kind !== b.kind) return (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0);
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
