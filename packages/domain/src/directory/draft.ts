/**
 * A draft: what a directory document asks for, in the words of the domain. Made by the protocol's
 * `parseDirectory`, or by `starterDirectory`; `planDirectory` says which changes lead there.
 */

import type {
  Asset,
  Calendar,
  Category,
  Client,
  Contract,
  Organisation,
  Person,
  PolicyText,
  Schedule,
  Site,
  Team,
} from './directory.ts';

/** `zone` null = the organisation's. */
type Zoned<Item extends { readonly zone: string }> = Omit<Item, 'zone'> & {
  readonly zone: string | null;
};

/** What a document may say about one item of each kind. */
export type DraftItems = {
  /** `language` null = the organisation's. */
  person: Omit<Zoned<Person>, 'language'> & { readonly language: Person['language'] | null };
  team: Team;
  client: Client;
  site: Site;
  asset: Asset;
  category: Category;
  calendar: Zoned<Calendar>;
  schedule: Zoned<Schedule>;
  policy: PolicyText;
  contract: Contract;
};
export type DraftKind = keyof DraftItems;

/** The kinds that are the document's sections, by the section's name, in the order in which they are written. */
export const sections = {
  calendars: 'calendar',
  people: 'person',
  teams: 'team',
  clients: 'client',
  sites: 'site',
  assets: 'asset',
  categories: 'category',
  schedules: 'schedule',
  policies: 'policy',
  contracts: 'contract',
} as const satisfies Record<string, DraftKind>;
export type Section = keyof typeof sections;
export const sectionNames = Object.keys(sections) as readonly Section[];

/** A document without a section asks for the same as one with an empty section. `organisation` null = not mentioned. */
export type Draft = { readonly organisation: Organisation | null } & {
  readonly [K in DraftKind]: ReadonlyMap<string, DraftItems[K]>;
};

/** A draft that asks for nothing. */
export const emptyDraft: Draft = {
  organisation: null,
  ...(Object.fromEntries(
    sectionNames.map((name) => [sections[name], new Map()]),
  ) as unknown as Omit<Draft, 'organisation'>),
};
