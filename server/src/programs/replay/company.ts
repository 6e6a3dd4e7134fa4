/** The company that an incident log tells of, as a directory document: its groups, resolvers, openers and locations. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { DirectoryDocument } from '@rung/domain/directory/document-of.ts';
import { isBlock } from '@rung/protocol/directory/fields.ts';
import type { Row } from './incident-log.ts';

/** Person and team that take what no group has; the person is also the fallback and the administrator. */
export const serviceDesk = 'service-desk';

type Block = Readonly<Record<string, unknown>>;

/** The key under which a name of the log stands in the directory: "Group 70" is group-70. */
export function keyOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return words.slice(0, 60).replace(/^-+|-+$/g, '') || 'unnamed';
}

/**
 * Groups are teams, resolvers their members; of each group one resolver is on call for an ISO week, in turn by number,
 * and its first is its lead. Each location is a client with one site and an account owner. `policy`: the file that says
 * how they escalate (policy.yaml).
 */
export function companyOf(rows: readonly Row[], policy: Block): DirectoryDocument {
  const groups = resolversByGroup(rows);
  const locations = distinct(rows, ({ location }) => location);
  const resolvers = [...new Set([...groups.values()].flat())];
  const openers = distinct(rows, ({ openedBy }) => openedBy);
  const monday = isoMonday(rows[0]?.at ?? 0);
  const leads = [...groups.values()].flatMap(([first]) => first ?? []).map(keyOf);
  const { team, contract, organisation, ...sections } = policy;

  return {
    ...sections,
    organisation: {
      name: 'Replay',
      zone: 'UTC',
      team: serviceDesk,
      ...block(organisation),
    },
    people: {
      ...Object.fromEntries([
        ...openers.map((name) => person(keyOf(name), name, ['staff'])),
        ...locations.map((name) =>
          person(accountOwnerOf(name), `Account owner, ${name}`, ['staff']),
        ),
        // As in the tool that the log is from: whoever resolves incidents sees and works on all of them.
        ...resolvers.map((name) => person(keyOf(name), name, ['staff', 'dispatcher'])),
        person(serviceDesk, 'Service desk', ['staff', 'dispatcher', 'admin']),
      ]),
    },
    teams: {
      ...Object.fromEntries(
        [...groups].map(([name, members]) => [
          keyOf(name),
          {
            ...block(team),
            name,
            members: members.map(keyOf),
            ...(members[0] === undefined ? {} : { lead: keyOf(members[0]), schedule: keyOf(name) }),
          },
        ]),
      ),
      [serviceDesk]: {
        ...block(team),
        name: 'Service desk',
        members: [serviceDesk],
        lead: serviceDesk,
        schedule: serviceDesk,
      },
    },
    clients: Object.fromEntries(
      locations.map((name) => [keyOf(name), { name, 'account-owner': accountOwnerOf(name) }]),
    ),
    sites: Object.fromEntries(
      locations.map((name) => [keyOf(name), { name, client: keyOf(name) }]),
    ),
    contracts: Object.fromEntries(
      locations.map((name) => [keyOf(name), { ...block(contract), name, client: keyOf(name) }]),
    ),
    categories: Object.fromEntries(
      distinct(rows, ({ category }) => category).map((name) => [keyOf(name), { name }]),
    ),
    schedules: {
      ...Object.fromEntries(
        [...groups]
          .filter(([, members]) => members.length > 0)
          .map(([name, members]) => [keyOf(name), weekly(name, monday, members.map(keyOf))]),
      ),
      [serviceDesk]: weekly('Service desk', monday, [serviceDesk]),
      duty: weekly('Duty', monday, leads.length > 0 ? leads : [serviceDesk]),
    },
  } as DirectoryDocument;
}

function person(key: string, name: string, roles: readonly string[]) {
  return [key, { name, email: `${key}@replay.invalid`, roles }] as const;
}

function weekly(name: string, from: string, people: readonly string[]) {
  return { name, layers: [{ handover: 'mon 00:00', from, people }] };
}

function accountOwnerOf(location: string): string {
  return `account-owner-${keyOf(location)}`;
}

/** Who resolved incidents of each group, by number; groups by number too. */
function resolversByGroup(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { group, assignee } of rows) {
    if (group === null) continue;
    const members = found.get(group) ?? new Set();
    if (assignee !== null) members.add(assignee);
    found.set(group, members);
  }
  const sorted = [...found].sort(([a], [b]) => byNumber(a, b));
  return new Map(sorted.map(([name, members]) => [name, [...members].sort(byNumber)]));
}

function distinct(rows: readonly Row[], of: (row: Row) => string | null): readonly string[] {
  return [...new Set(rows.flatMap((row) => of(row) ?? []))].sort(byNumber);
}

/** "Resolver 9" before "Resolver 10". */
function byNumber(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => Number(/\d+/.exec(text)?.[0] ?? 0)) as [
    number,
    number,
  ];
  return left - right || (a < b ? -1 : a > b ? 1 : 0);
}

/** The Monday of the ISO week, UTC, "YYYY-MM-DD". */
function isoMonday(at: Instant): string {
  const day = 86_400_000;
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7;
  return new Date(at - sinceMonday * day).toISOString().slice(0, 10);
}

function block(value: unknown): Block {
  return isBlock(value) ? value : {};
}
