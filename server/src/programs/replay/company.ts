/** The company that an incident log tells of, as a directory document: its groups, resolvers, openers and locations. */

import { createHash } from 'node:crypto';
import type { Instant } from '@rung/domain/base/time.ts';
import type { DirectoryDocument } from '@rung/domain/directory/document-of.ts';
import { isBlock } from '@rung/protocol/directory/fields.ts';
import { storable } from '@rung/protocol/storable.ts';
import { isVisible } from '@rung/protocol/text.ts';
import type { Row } from './incident-log.ts';
import type { Policy } from './policy.ts';

/** Person and team that take what no group has; the person is also the fallback and the administrator. */
export const serviceDesk = 'service-desk';

/** Keys that stand for something of ours, and what begins so. */
const ours = /^(service-desk|duty|account-owner-.*)$/;
/** With "account-owner-" before it a key is still one. */
const longestKey = 49;

/**
 * The key under which a name of the log stands in the directory: "Group 70" is group-70. One that is too long, has no Latin
 * letter or is ours gets a few characters that tell it from others.
 */
export function keyOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (words !== '' && words.length <= longestKey && !ours.test(words)) return words;
  const told = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${words.slice(0, longestKey - 9)}-${told}`.replace(/^-+|-+(?=-)/g, '');
}

/** The name as the directory takes one: on one line, not too long, visible. */
function nameOf(text: string): string {
  const line = storable(
    text
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, 80),
  );
  return isVisible(line) ? line : keyOf(text);
}

/** An assignment group: its key, its name, and the keys of who resolved its incidents, by number. */
type Group = { readonly key: string; readonly name: string; readonly members: readonly string[] };

/**
 * Groups are teams, resolvers their members; of each group one resolver is on call for an ISO week, in turn by number,
 * and its first is its lead. Each location is a client with one site and an account owner. `policy`: the file that says
 * how they escalate (policy.yaml).
 */
export function companyOf(rows: readonly Row[], policy: Policy): DirectoryDocument {
  const groups = groupsOf(rows);
  const locations = distinct(rows, ({ location }) => location);
  const monday = isoMonday(rows[0]?.at ?? 0);
  const leads = groups.flatMap(({ members }) => members[0] ?? []);
  const { team, contract, organisation, ...sections } = policy;

  return {
    ...sections,
    organisation: { name: 'Replay', zone: 'UTC', team: serviceDesk, ...block(organisation) },
    people: Object.fromEntries([
      ...distinct(rows, ({ openedBy }) => openedBy).map((name) => person(name, ['staff'])),
      ...locations.map(accountOwner),
      // As in the tool that the log is from: whoever resolves incidents sees and works on all of them.
      ...distinct(rows, ({ assignee }) => assignee).map((name) =>
        person(name, ['staff', 'dispatcher']),
      ),
      person('Service desk', ['staff', 'dispatcher', 'admin'], serviceDesk),
    ]),
    teams: Object.fromEntries([
      ...groups.map((group) => [group.key, { ...block(team), ...teamOf(group) }]),
      [serviceDesk, { ...block(team), ...teamOf(desk) }],
    ]),
    clients: Object.fromEntries(
      locations.map((name) => [
        keyOf(name),
        { name: nameOf(name), 'account-owner': accountOwner(name)[0] },
      ]),
    ),
    sites: Object.fromEntries(
      locations.map((name) => [keyOf(name), { name: nameOf(name), client: keyOf(name) }]),
    ),
    contracts: Object.fromEntries(
      locations.map((name) => [
        keyOf(name),
        { ...block(contract), name: nameOf(name), client: keyOf(name) },
      ]),
    ),
    categories: Object.fromEntries(
      distinct(rows, ({ category }) => category).map((name) => [
        keyOf(name),
        { name: nameOf(name) },
      ]),
    ),
    schedules: Object.fromEntries([
      ...[...groups, desk]
        .filter(({ members }) => members.length > 0)
        .map(({ key, name, members }) => [key, weekly(name, monday, members)]),
      ['duty', weekly('Duty', monday, leads.length > 0 ? leads : [serviceDesk])],
    ]),
  } as DirectoryDocument;
}

const desk: Group = { key: serviceDesk, name: 'Service desk', members: [serviceDesk] };

function teamOf({ key, name, members }: Group) {
  const [lead] = members;
  return { name, members, ...(lead === undefined ? {} : { lead, schedule: key }) };
}

function person(name: string, roles: readonly string[], key = keyOf(name)) {
  return [key, { name: nameOf(name), email: `${key}@replay.invalid`, roles }] as const;
}

function accountOwner(location: string) {
  const key = `account-owner-${keyOf(location)}`;
  return person(`Account owner, ${location}`, ['staff'], key);
}

function weekly(name: string, from: string, people: readonly string[]) {
  return { name, layers: [{ handover: 'mon 00:00', from, people }] };
}

/** Two names that make the same key are one group. */
function groupsOf(rows: readonly Row[]): readonly Group[] {
  const found = new Map<string, { readonly name: string; readonly members: Set<string> }>();
  for (const name of distinct(rows, ({ group }) => group)) {
    if (!found.has(keyOf(name))) found.set(keyOf(name), { name, members: new Set() });
  }
  for (const { group, assignee } of rows) {
    if (group !== null && assignee !== null) found.get(keyOf(group))?.members.add(assignee);
  }
  return [...found].map(([key, { name, members }]) => {
    const keys = [...members].sort(byNumber).map(keyOf);
    return { key, name: nameOf(name), members: [...new Set(keys)] };
  });
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

function block(value: unknown): Policy {
  return isBlock(value) ? value : {};
}
