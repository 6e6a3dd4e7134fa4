import type { Items, Kind } from '../directory/directory.ts';

/** What every colleague may know, by kind: an allow-list, so that what is new stays hidden until somebody shows it here. */
const shown = {
  organisation: ['name'],
  person: ['name', 'roles', 'client', 'ownTicketsOnly', 'disabled'],
  team: ['name', 'lead', 'members', 'schedule'],
  client: ['name'],
  site: ['name', 'client', 'address'],
  asset: ['name', 'site', 'category'],
  category: ['name'],
  schedule: ['name', 'zone'],
  'policy-version': ['name', 'policy', 'version', 'fallback', 'laps', 'response', 'resolution'],
  policy: null,
  calendar: null,
  contract: null,
} as const satisfies { readonly [K in Kind]: readonly (keyof Items[K])[] | null };

type Shown = typeof shown;

/** An item of the directory as every colleague may know it; null = its kind is none of theirs. */
export type Reference = {
  readonly [K in Kind]: Shown[K] extends readonly (infer Field)[]
    ? Pick<Items[K], Field & keyof Items[K]>
    : null;
};

/** What every colleague may know of the item (sync.md, section 3, `ref`): no addresses of people, no contracts, no hours. */
export function referenceOf<K extends Kind>(kind: K, item: Items[K]): Reference[K] {
  const fields: readonly string[] | null = shown[kind];
  const known = Object.entries(item).filter(([field]) => fields?.includes(field));
  return (fields === null ? null : Object.fromEntries(known)) as Reference[K];
}
