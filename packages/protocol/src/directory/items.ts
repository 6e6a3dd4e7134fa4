/** One item of each section of the document, and what it means to the domain. */

import { languages, roles, severities } from '@rung/domain/directory/directory.ts';
import type { Contract, Role } from '@rung/domain/directory/directory.ts';
import type { DraftItems } from '@rung/domain/directory/draft.ts';
import { defaultRoles } from '@rung/domain/directory/written.ts';
import * as v from 'valibot';
import { email, zone } from '../session.ts';
import { key, text } from '../text.ts';
import { fields, listOf, maybe, sorted } from './fields.ts';
import { date, handover, hours, policyTable, rungAt, span, target } from './notation.ts';

/** Text on one line: names stand in lists, logs and notifications. */
const line = (most: number) =>
  v.pipe(text(most), v.regex(/^\P{Cc}*$/u, 'has a line break or control character; remove it'));
const name = line(100);
const language = v.picklist(languages, `is not a language; write ${languages.join(' or ')}`);
const role = v.picklist(roles, `is not a role; possible are ${roles.join(', ')}`);
/** Left out or empty = names none. */
const policies = v.optional(policyTable, null);
const yesOrNo = v.nullish(v.boolean('is neither true nor false; write one of them'), false);

export const organisation = v.pipe(
  fields({ name, zone, language: v.nullish(language, 'en'), team: key, policies: policyTable }),
  v.transform(({ name, zone, language, team, policies }) => ({
    name,
    zone,
    language: language ?? 'en',
    team,
    policies,
  })),
);

const person = v.pipe(
  fields({
    name,
    email,
    roles: maybe(v.pipe(listOf(role, roles.length), v.minLength(1, 'is empty; remove it'))),
    language: maybe(language),
    zone: maybe(zone),
    skills: maybe(listOf(line(60), 100)),
    client: maybe(key),
    'own-tickets-only': yesOrNo,
    disabled: yesOrNo,
  }),
  v.transform((input): DraftItems['person'] => ({
    name: input.name,
    email: input.email,
    roles: rolesOf(input.roles, input.client),
    language: input.language,
    zone: input.zone,
    skills: sorted(input.skills ?? []),
    client: input.client,
    ownTicketsOnly: input['own-tickets-only'],
    disabled: input.disabled,
  })),
);

function rolesOf(written: readonly Role[] | null, client: string | null): readonly Role[] {
  const asWritten = written ?? defaultRoles(client);
  return roles.filter((one) => asWritten.includes(one));
}

const team = v.pipe(
  fields({
    name,
    lead: maybe(key),
    members: maybe(listOf(key, 5_000)),
    schedule: maybe(key),
    calendar: maybe(key),
    policies,
  }),
  v.transform((input): DraftItems['team'] => ({
    name: input.name,
    lead: input.lead,
    members: sorted(input.members ?? []),
    schedule: input.schedule,
    calendar: input.calendar,
    policies: input.policies,
  })),
);

const client = v.pipe(
  fields({ name, 'account-owner': maybe(key), team: maybe(key) }),
  v.transform((input): DraftItems['client'] => ({
    name: input.name,
    accountOwner: input['account-owner'],
    team: input.team,
  })),
);

const site = v.pipe(
  fields({ name, client: key, zone: maybe(zone), address: maybe(text(300)), team: maybe(key) }),
  v.transform((input): DraftItems['site'] => ({
    name: input.name,
    client: input.client,
    zone: input.zone,
    address: input.address,
    team: input.team,
  })),
);

const asset = v.pipe(
  fields({ name, site: key, category: maybe(key), team: maybe(key) }),
  v.transform((input): DraftItems['asset'] => ({
    name: input.name,
    site: input.site,
    category: input.category,
    team: input.team,
  })),
);

const category = v.pipe(
  fields({ name, team: maybe(key) }),
  v.transform((input): DraftItems['category'] => ({ name: input.name, team: input.team })),
);

const calendar = v.pipe(
  fields({ name, zone: maybe(zone), hours, holidays: maybe(listOf(date, 1_000)) }),
  v.transform((input): DraftItems['calendar'] => ({
    name: input.name,
    zone: input.zone,
    hours: input.hours,
    holidays: sorted(input.holidays ?? []),
  })),
);

const layer = v.pipe(
  fields({
    every: v.nullish(v.literal('week', 'is not possible; turns are of a week: write week'), 'week'),
    handover,
    from: date,
    people: listOf(key, 500),
  }),
  v.transform(({ handover, from, people }) => ({
    every: 'week' as const,
    handover,
    from,
    people,
  })),
);

const schedule = v.pipe(
  fields({ name, zone: maybe(zone), layers: listOf(layer, 10) }),
  v.transform((input): DraftItems['schedule'] => ({
    name: input.name,
    zone: input.zone,
    layers: input.layers,
  })),
);

const targets = listOf(target, 20);
const responseStep = v.pipe(
  fields({ targets, delay: span }),
  v.transform(({ targets, delay }) => ({ targets, delay })),
);
const resolutionStep = v.pipe(
  fields({ targets, at: rungAt }),
  v.transform(({ targets, at }) => ({ targets, at })),
);

const lapsForm = 'is not a whole number from 1 to 10; write one without quotes, or remove it';
/** One check, not three: whatever is wrong with it is said once. */
const laps = v.pipe(
  v.number(lapsForm),
  v.check((n) => Number.isInteger(n) && n >= 1 && n <= 10, lapsForm),
);

const policy = v.pipe(
  fields({
    name,
    fallback: key,
    laps: maybe(laps),
    response: maybe(listOf(responseStep, 20)),
    resolution: maybe(listOf(resolutionStep, 20)),
  }),
  v.transform((input): DraftItems['policy'] => ({
    name: input.name,
    fallback: input.fallback,
    ...(input.laps !== null && { laps: input.laps }),
    response: input.response ?? [],
    resolution: input.resolution ?? [],
  })),
);

const promise = v.pipe(
  fields({
    'first-response': maybe(span),
    'next-update': maybe(span),
    resolution: maybe(span),
  }),
  v.transform((input) => ({
    ...(input['first-response'] && { firstResponse: input['first-response'] }),
    ...(input['next-update'] && { nextUpdate: input['next-update'] }),
    ...(input.resolution && { resolution: input.resolution }),
  })),
);

const contract = v.pipe(
  fields({
    name,
    client: key,
    calendar: maybe(key),
    policies,
    targets: maybe(
      fields({ S1: maybe(promise), S2: maybe(promise), S3: maybe(promise), S4: maybe(promise) }),
    ),
  }),
  v.transform((input): DraftItems['contract'] => ({
    name: input.name,
    client: input.client,
    calendar: input.calendar,
    policies: input.policies,
    targets: promisesOf(input.targets ?? {}),
  })),
);

/** A severity for which nothing is promised is left out. */
function promisesOf(written: { readonly [severity: string]: unknown }): Contract['targets'] {
  return Object.fromEntries(
    severities.flatMap((severity) => {
      const promised = written[severity];
      return promised && Object.keys(promised).length > 0 ? [[severity, promised]] : [];
    }),
  );
}

/** The schema of an item, by kind, and how many of them a document may have. */
export const items = {
  person: { schema: person, most: 5_000 },
  team: { schema: team, most: 500 },
  client: { schema: client, most: 5_000 },
  site: { schema: site, most: 10_000 },
  asset: { schema: asset, most: 20_000 },
  category: { schema: category, most: 500 },
  calendar: { schema: calendar, most: 500 },
  schedule: { schema: schedule, most: 500 },
  policy: { schema: policy, most: 500 },
  contract: { schema: contract, most: 5_000 },
} as const satisfies {
  readonly [Kind in keyof DraftItems]: {
    readonly schema: v.GenericSchema<unknown, DraftItems[Kind]>;
    readonly most: number;
  };
};
