/**
 * The directory: people, teams, clients, sites, assets, categories, calendars, schedules, policies and contracts
 * (domain.md, section 1). Edited online only, through one door; every edit is a `DirectoryEvent`.
 *
 * An item is known by its kind and its key, a short word its administrator chose ("cold-store"). Keys are never
 * reused for something else, so a ticket may keep them for ever. Items name each other by key; `lint.ts` holds that
 * what they name exists.
 */

import type { Instant } from '../base/time.ts';

export const severities = ['S1', 'S2', 'S3', 'S4'] as const;
/** Effect on the client's business, S1 the worst. */
export type Severity = (typeof severities)[number];

export const ticketTypes = ['incident', 'request', 'complaint', 'risk'] as const;
export type TicketType = (typeof ticketTypes)[number];

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

export const roles = ['staff', 'dispatcher', 'manager', 'admin', 'client'] as const;
/** What a person may do everywhere. Being a team's lead is a relation to its tickets, not a role (access/may.ts). */
export type Role = (typeof roles)[number];

/** A length of time as people write it: `{ n: 4, unit: 'hour', business: true }` is "4 business hours". */
export type Span = {
  readonly n: number;
  readonly unit: 'second' | 'minute' | 'hour' | 'day';
  /** Counted in the business time of the calendar that applies, not in elapsed time. */
  readonly business: boolean;
};

/** Which policy a ticket gets, by type and severity; `any` is what the more exact entries do not say. */
export type PolicyTable = {
  readonly [Type in TicketType | 'any']?: { readonly [Level in Severity | 'any']?: string };
};

export type Organisation = {
  readonly name: string;
  /** IANA zone, for people and sites that name none. */
  readonly zone: string;
  readonly language: Language;
  /** The team that takes what nothing else claims. */
  readonly team: string;
  readonly policies: PolicyTable;
};

export type Person = {
  readonly name: string;
  /** Lower case; unique among all people, disabled ones too. */
  readonly email: string;
  /** At least one; `client` stands alone. */
  readonly roles: readonly Role[];
  readonly language: Language;
  readonly zone: string;
  readonly skills: readonly string[];
  /** The client whose tickets a person with the role `client` sees; null for everyone else. */
  readonly client: string | null;
  /** A client's person who sees only the tickets he reported himself. */
  readonly ownTicketsOnly: boolean;
  /** A disabled person keeps his history and can do nothing. People are never deleted. */
  readonly disabled: boolean;
};

export type Team = {
  readonly name: string;
  readonly lead: string | null;
  /** Person keys, sorted. The lead need not be one of them. */
  readonly members: readonly string[];
  readonly schedule: string | null;
  /**
   * The calendar that says when this team may be paged quietly, and how long its business day is;
   * null = round the clock, so that a business hour is an hour.
   */
  readonly calendar: string | null;
  readonly policies: PolicyTable;
};

export type Client = {
  readonly name: string;
  readonly accountOwner: string | null;
  readonly team: string | null;
};

export type Site = {
  readonly name: string;
  readonly client: string;
  readonly zone: string | null;
  readonly address: string | null;
  readonly team: string | null;
};

export type Asset = {
  readonly name: string;
  readonly site: string;
  readonly category: string | null;
  readonly team: string | null;
};

export type Category = { readonly name: string; readonly team: string | null };

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export type Calendar = {
  readonly name: string;
  readonly zone: string;
  /** Open hours by weekday, local wall time "HH:MM" from and to ("24:00" = midnight), sorted, not overlapping. */
  readonly hours: { readonly [Day in Weekday]?: readonly (readonly [from: string, to: string])[] };
  /** Local dates "YYYY-MM-DD" on which it is closed all day, sorted. */
  readonly holidays: readonly string[];
};

export type Schedule = {
  readonly name: string;
  readonly zone: string;
  /** Who is on call is the first layer that has somebody. */
  readonly layers: readonly Rotation[];
};

/** People take turns of a week, handing over at a local wall time. */
export type Rotation = {
  readonly every: 'week';
  readonly handover: { readonly day: Weekday; readonly at: string };
  /** Local date "YYYY-MM-DD" on which the first person's first turn begins; its weekday is the handover's. */
  readonly from: string;
  readonly people: readonly string[];
};

/** Whom a step pages. Without a key it is taken from the ticket: its team's schedule, lead or members, its client's account owner. */
export type Target =
  | { readonly kind: 'on-call' | 'lead' | 'team' | 'account-owner' | 'owner' }
  | { readonly kind: 'schedule' | 'team' | 'person'; readonly key: string };

/** A rung of the response ladder: its delay is the time people get to answer before the next one. */
export type ResponseStep = { readonly targets: readonly Target[]; readonly delay: Span };

/** A rung of the resolution ladder: fires at an elapsed time from `reportedAt` or a share of the resolution clock. */
export type ResolutionStep = {
  readonly targets: readonly Target[];
  readonly at: Span | { readonly percent: number };
};

/** What an administrator writes; `Policy` and `PolicyVersion` are how it is kept. */
export type PolicyText = {
  readonly name: string;
  /** Who is paged when every step was in vain. */
  readonly fallback: string;
  /** How often the ladder is climbed; absent = by severity. Never null: versions stored before it have no such field. */
  readonly laps?: number;
  readonly response: readonly ResponseStep[];
  readonly resolution: readonly ResolutionStep[];
};

export type Policy = { readonly name: string; readonly current: string; readonly retired: boolean };

/** Immutable; its key is "<policy>@<version>", version counting from 1. Runs stay pinned to the one they began with. */
export type PolicyVersion = PolicyText & { readonly policy: string; readonly version: number };

export type Contract = {
  readonly name: string;
  readonly client: string;
  /** In whose open hours the business time of the targets counts; null = round the clock. */
  readonly calendar: string | null;
  readonly policies: PolicyTable;
  readonly targets: {
    readonly [Level in Severity]?: {
      readonly firstResponse?: Span;
      readonly nextUpdate?: Span;
      readonly resolution?: Span;
    };
  };
};

export type Items = {
  organisation: Organisation;
  person: Person;
  team: Team;
  client: Client;
  site: Site;
  asset: Asset;
  category: Category;
  calendar: Calendar;
  schedule: Schedule;
  policy: Policy;
  'policy-version': PolicyVersion;
  contract: Contract;
};

export const kinds = [
  'organisation',
  'person',
  'team',
  'client',
  'site',
  'asset',
  'category',
  'calendar',
  'schedule',
  'policy',
  'policy-version',
  'contract',
] as const satisfies readonly (keyof Items)[];
export type Kind = (typeof kinds)[number];

/** The key under which the one organisation stands. */
export const organisationKey = 'organisation';

/** Every item that is in force, by kind and key. An immutable snapshot: an edit makes a new one. */
export type Directory = {
  /** `sync_head.directory_ver` at which this was read; 0 = nothing was ever written. */
  readonly version: number;
} & { readonly [K in Kind]: ReadonlyMap<string, Items[K]> };

/** One edit of one item. `before` null = added, `after` null = removed. */
export type Change = {
  [K in Kind]: {
    readonly kind: K;
    readonly key: string;
    readonly before: Items[K] | null;
    readonly after: Items[K] | null;
  };
}[Kind];

/** A change as the log keeps it: who, and when; it is in force from then on. */
export type DirectoryEvent = {
  /** The directory's version that this edit made; edits made together share it. */
  readonly version: number;
  readonly change: Change;
  /** Person key, or `operator` (whoever holds the machine), or `setup`. */
  readonly by: string;
  readonly at: Instant;
};

/** A directory without anything in it, as on the first start. */
export function emptyDirectory(): Directory {
  return withChanges({ version: 0 } as Directory, 0, []);
}

/** The directory after these changes; shares every map that did not change. */
export function withChanges(
  directory: Directory,
  version: number,
  changes: readonly Change[],
): Directory {
  const next: Record<string, unknown> = { version };
  for (const kind of kinds) {
    const before: ReadonlyMap<string, unknown> = directory[kind] ?? new Map();
    const touched = changes.filter((change) => change.kind === kind);
    if (touched.length === 0) {
      next[kind] = before;
      continue;
    }
    const after = new Map(before);
    for (const change of touched) {
      if (change.after === null) after.delete(change.key);
      else after.set(change.key, change.after);
    }
    next[kind] = after;
  }
  return next as Directory;
}
