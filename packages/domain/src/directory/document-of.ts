import { organisationKey, type Directory, type Items } from './directory.ts';
import { sectionNames, sections, type DraftKind } from './draft.ts';
import { organisationWritten, written, type Written } from './written.ts';

/** A directory document as JSON: what the YAML file of an administrator says. */
export type DirectoryDocument = {
  readonly [section: string]: { readonly [key: string]: Written };
};

/**
 * The document that says what the directory says, for export; applying it again changes nothing, with or without prune.
 * Sections in their order, keys sorted, what is empty or default left out. Retired policies are not in it: a document
 * cannot name them without bringing them back.
 */
export function documentOf(directory: Directory): DirectoryDocument {
  const organisation = directory.organisation.get(organisationKey) ?? null;
  const document: Record<string, Record<string, Written>> = {};
  if (organisation) document['organisation'] = organisationWritten(organisation);
  for (const name of sectionNames) {
    const kind = sections[name];
    const items = kind === 'policy' ? policyTexts(directory) : directory[kind];
    const keys = [...items.keys()].sort();
    if (keys.length === 0) continue;
    document[name] = Object.fromEntries(
      keys.map((key) => [key, written<DraftKind>(kind, items.get(key)!, organisation)]),
    );
  }
  return document;
}

/** The text in force of every policy that is not retired. */
export function policyTexts(directory: Directory): ReadonlyMap<string, Items['policy-version']> {
  const texts = new Map<string, Items['policy-version']>();
  for (const [key, policy] of directory.policy) {
    const version = directory['policy-version'].get(policy.current);
    if (!policy.retired && version) texts.set(key, version);
  }
  return texts;
}
