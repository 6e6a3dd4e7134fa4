/** Items as people write them in a directory document: the inverse of the protocol's schema, without what is default. */

import {
  severities,
  ticketTypes,
  weekdays,
  type Calendar,
  type Items,
  type Organisation,
  type PolicyTable,
  type PolicyText,
  type Role,
  type Rotation,
  type Weekday,
} from './directory.ts';
import type { DraftKind } from './draft.ts';
import { spanText, targetText } from './notation.ts';

/** What stands in a document: text, numbers, yes and no, lists and blocks of these. JSON. */
export type Written =
  string | number | boolean | readonly Written[] | { readonly [field: string]: Written };
export type WrittenItem = { readonly [field: string]: Written };

/** Field -> what to write; null, false, [] and {} are what a document leaves out. */
type Fields = { readonly [field: string]: Written | null | undefined };

function block(fields: Fields): WrittenItem {
  const kept: Record<string, Written> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'object' && Object.keys(value).length === 0) continue;
    kept[field] = value;
  }
  return kept;
}

/** One alone is written without a list. */
function oneOrList(texts: readonly string[]): Written {
  return texts.length === 1 ? texts[0]! : texts;
}

/** The roles of a person for whom none are written. */
export function defaultRoles(client: string | null): readonly Role[] {
  return [client === null ? 'staff' : 'client'];
}

function rolesWritten(person: Items['person']): Written | null {
  const isDefault = person.roles.join() === defaultRoles(person.client).join();
  return isDefault ? null : person.roles;
}

function tableWritten(table: PolicyTable): Written {
  const types = [...ticketTypes, 'any' as const].filter((type) => table[type] !== undefined);
  const levels = (type: (typeof types)[number]): Written => {
    const row = table[type] ?? {};
    const named = [...severities, 'any' as const].filter((level) => row[level] !== undefined);
    if (named.length === 1 && named[0] === 'any') return row.any!;
    return block(Object.fromEntries(named.map((level) => [level, row[level]])));
  };
  if (types.length === 1 && types[0] === 'any') return levels('any');
  return block(Object.fromEntries(types.map((type) => [type, levels(type)])));
}

function hoursWritten(hours: Calendar['hours']): Written {
  const texts = (day: Weekday): string[] => (hours[day] ?? []).map(([from, to]) => `${from}-${to}`);
  const written: Record<string, Written> = {};
  for (let first = 0; first < weekdays.length;) {
    const day = weekdays[first]!;
    let last = first;
    while (last + 1 < weekdays.length && texts(weekdays[last + 1]!).join() === texts(day).join()) {
      last += 1;
    }
    if (texts(day).length > 0) {
      written[last === first ? day : `${day}-${weekdays[last]}`] = oneOrList(texts(day));
    }
    first = last + 1;
  }
  return written;
}

function layerWritten(layer: Rotation): WrittenItem {
  return {
    handover: `${layer.handover.day} ${layer.handover.at}`,
    from: layer.from,
    people: layer.people,
  };
}

function policyWritten(policy: PolicyText): WrittenItem {
  return block({
    name: policy.name,
    fallback: policy.fallback,
    laps: policy.laps,
    response: policy.response.map((step) => ({
      targets: oneOrList(step.targets.map(targetText)),
      delay: spanText(step.delay),
    })),
    resolution: policy.resolution.map((step) => ({
      targets: oneOrList(step.targets.map(targetText)),
      at: 'percent' in step.at ? `${step.at.percent}%` : spanText(step.at),
    })),
  });
}

function contractWritten(contract: Items['contract']): WrittenItem {
  const targets = severities.map((level): [string, Written] => {
    const target = contract.targets[level] ?? {};
    return [
      level,
      block({
        'first-response': target.firstResponse && spanText(target.firstResponse),
        'next-update': target.nextUpdate && spanText(target.nextUpdate),
        resolution: target.resolution && spanText(target.resolution),
      }),
    ];
  });
  return block({
    name: contract.name,
    client: contract.client,
    calendar: contract.calendar,
    policies: tableWritten(contract.policies),
    targets: block(
      Object.fromEntries(targets.map(([level, target]) => [level, emptyIsNone(target)])),
    ),
  });
}

function emptyIsNone(value: Written): Written | null {
  return typeof value === 'object' && Object.keys(value).length === 0 ? null : value;
}

/** The `organisation` section. */
export function organisationWritten(organisation: Organisation): WrittenItem {
  return block({
    name: organisation.name,
    zone: organisation.zone,
    language: organisation.language,
    team: organisation.team,
    policies: tableWritten(organisation.policies),
  });
}

/** What a policy is kept as does not stand in a document; its current version's text does. */
type WrittenFrom = Omit<Items, 'policy' | 'organisation' | 'policy-version'> & {
  policy: PolicyText;
};

/**
 * One item of a section. Zones and languages that are the organisation's are left out; without an organisation
 * (null) they are written.
 */
export function written<K extends DraftKind>(
  kind: K,
  item: WrittenFrom[K],
  organisation: Organisation | null,
): WrittenItem {
  const zone = (own: string): string | null => (own === organisation?.zone ? null : own);
  const writers: { readonly [Each in DraftKind]: (item: WrittenFrom[Each]) => WrittenItem } = {
    person: (person) =>
      block({
        name: person.name,
        email: person.email,
        client: person.client,
        roles: rolesWritten(person),
        language: person.language === organisation?.language ? null : person.language,
        zone: zone(person.zone),
        skills: person.skills,
        'own-tickets-only': person.ownTicketsOnly,
        disabled: person.disabled,
      }),
    team: (team) => block({ ...team, policies: tableWritten(team.policies) }),
    client: (client) =>
      block({ name: client.name, 'account-owner': client.accountOwner, team: client.team }),
    site: block,
    asset: block,
    category: block,
    calendar: (calendar) =>
      block({
        name: calendar.name,
        zone: zone(calendar.zone),
        hours: hoursWritten(calendar.hours),
        holidays: calendar.holidays,
      }),
    schedule: (schedule) =>
      block({
        name: schedule.name,
        zone: zone(schedule.zone),
        layers: schedule.layers.map(layerWritten),
      }),
    policy: policyWritten,
    contract: contractWritten,
  };
  return writers[kind](item);
}
