import {
  emptyDirectory,
  languages,
  roles,
  severities,
  ticketTypes,
  weekdays,
  withChanges,
  type Directory,
  type PolicyTable,
  type Span,
  type Target,
} from '@rung/domain/directory/directory.ts';
import { documentOf } from '@rung/domain/directory/document-of.ts';
import type { Draft, DraftItems } from '@rung/domain/directory/draft.ts';
import { describeChanges } from '@rung/domain/directory/describe.ts';
import { lintDirectory } from '@rung/domain/directory/lint.ts';
import { planDirectory } from '@rung/domain/directory/plan.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDirectory } from './parse.ts';

// Drafts whose references hold, over a few keys, so that lint accepts them: what an administrator may really have.
const people = ['ada', 'bo', 'mara'] as const;
const teams = ['cold', 'desk'] as const;
const policies = ['calm', 'urgent'] as const;
const others = ['constructor', '7', 'x-1'] as const;

const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.constantFrom('no', '1e3', '0x10', '- a: b', '#'),
  )
  .map((text) =>
    text
      .toWellFormed()
      .replace(/\p{Cc}/gu, '')
      .trim(),
  )
  .filter((text) => text !== '');
const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC');
const person = fc.constantFrom(...people);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const some = <T extends string>(values: readonly T[]) =>
  fc.subarray([...values]).map((found) => found.sort());
const span: fc.Arbitrary<Span> = fc.record({
  n: fc.integer({ min: 1, max: 99_999 }),
  unit: fc.constantFrom('second', 'minute', 'hour', 'day'),
  business: fc.boolean(),
});
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ kind: fc.constantFrom('on-call', 'lead', 'team', 'account-owner', 'owner') }),
  fc.record({ kind: fc.constant('person' as const), key: person }),
  fc.record({ kind: fc.constant('team' as const), key: fc.constantFrom(...teams) }),
);
const targets = fc.array(target, { minLength: 1, maxLength: 3 });
const policy = fc.constantFrom(...policies);
const row = fc
  .dictionary(fc.constantFrom(...severities, 'any'), policy, { noNullPrototype: true })
  .filter((found) => Object.keys(found).length > 0);
const table = fc.dictionary(fc.constantFrom(...ticketTypes, 'any'), row, {
  noNullPrototype: true,
}) as fc.Arbitrary<PolicyTable>;
const openSpans = fc.constantFrom<(readonly [string, string])[]>(
  [['08:00', '18:00']],
  [['00:00', '24:00']],
  [
    ['08:00', '12:00'],
    ['12:30', '17:45'],
  ],
);
const promise = fc
  .record({ firstResponse: span, nextUpdate: span, resolution: span }, { requiredKeys: [] })
  .filter((found) => Object.keys(found).length > 0);

function byKey<Item>(keys: readonly string[], item: fc.Arbitrary<Item>, all = false) {
  return fc
    .record(Object.fromEntries(keys.map((key) => [key, item])), {
      requiredKeys: all ? [...keys] : [],
      noNullPrototype: true,
    })
    .map((items): ReadonlyMap<string, Item> => new Map(Object.entries(items) as [string, Item][]));
}

const staff: fc.Arbitrary<DraftItems['person']> = fc.record({
  name,
  email: fc.constant(''),
  roles: fc
    .subarray(roles.slice(0, 3), { minLength: 1 })
    .map((found) => roles.filter((role) => role === 'admin' || found.includes(role))),
  language: maybe(fc.constantFrom(...languages)),
  zone: maybe(zone),
  skills: some(['brine', 'no', 'welding']),
  client: fc.constant(null),
  ownTicketsOnly: fc.constant(false),
  disabled: fc.constant(false),
});
const clientPerson: fc.Arbitrary<DraftItems['person']> = staff.chain((base) =>
  fc
    .record({
      ...(Object.fromEntries(
        Object.entries(base).map(([k, x]) => [k, fc.constant(x)]),
      ) as object as {
        readonly [K in keyof typeof base]: fc.Arbitrary<(typeof base)[K]>;
      }),
      roles: fc.constantFrom<DraftItems['person']['roles']>(['client'], ['staff', 'client']),
      client: fc.constant('baker'),
      ownTicketsOnly: fc.boolean(),
      // Only a disabled person may be what a client's person may not.
      disabled: fc.boolean(),
    })
    .map((found) => ({ ...found, roles: found.disabled ? found.roles : (['client'] as const) })),
);

function withEmails(found: ReadonlyMap<string, DraftItems['person']>) {
  return new Map([...found].map(([key, item]) => [key, { ...item, email: `${key}@x.example` }]));
}

const draft: fc.Arbitrary<Draft> = fc
  .record({
    organisation: fc.record({
      name,
      zone,
      language: fc.constantFrom(...languages),
      team: fc.constantFrom(...teams),
      policies: table.map((found) => ({ ...found, any: { ...found.any, any: 'calm' } })),
    }),
    person: byKey(people, staff, true),
    clientPeople: byKey(['zoe', ...others], clientPerson),
    team: byKey(
      teams,
      fc.record({
        name,
        lead: maybe(person),
        members: some(people),
        schedule: maybe(fc.constant('week')),
        calendar: maybe(fc.constant('office')),
        policies: table,
      }),
      true,
    ),
    client: byKey(
      ['baker', ...others],
      fc.record({ name, accountOwner: maybe(person), team: maybe(fc.constantFrom(...teams)) }),
    ),
    site: byKey(
      ['north', ...others],
      fc.record({
        name,
        client: fc.constant('baker'),
        zone: maybe(zone),
        address: maybe(name),
        team: maybe(fc.constantFrom(...teams)),
      }),
    ),
    asset: byKey(
      others,
      fc.record({
        name,
        site: fc.constant('north'),
        category: fc.constant(null),
        team: maybe(fc.constantFrom(...teams)),
      }),
    ),
    category: byKey(others, fc.record({ name, team: maybe(fc.constantFrom(...teams)) })),
    calendar: byKey(
      ['office', ...others],
      fc.record({
        name,
        zone: maybe(zone),
        hours: fc
          .dictionary(fc.constantFrom(...weekdays), openSpans, { noNullPrototype: true })
          .map((found) => ({ mon: found['mon'] ?? [['08:00', '24:00'] as const], ...found })),
        holidays: some(['2026-01-01', '2026-12-25', '2028-02-29']),
      }),
    ),
    schedule: byKey(
      ['week', ...others],
      fc.record({
        name,
        zone: maybe(zone),
        layers: fc.array(
          fc.record({
            every: fc.constant('week' as const),
            handover: fc.record({
              day: fc.constant('mon' as const),
              at: fc.constantFrom('00:00', '08:00', '23:59'),
            }),
            from: fc.constantFrom('2026-01-05', '2026-06-01'),
            people: fc.array(person, { minLength: 1, maxLength: 4 }),
          }),
          { minLength: 1, maxLength: 2 },
        ),
      }),
    ),
    policy: byKey(
      policies,
      fc.record(
        {
          name,
          fallback: person,
          laps: fc.integer({ min: 1, max: 10 }),
          response: fc.array(fc.record({ targets, delay: span }), { minLength: 1, maxLength: 3 }),
          resolution: fc.array(
            fc.record({
              targets,
              at: fc.integer({ min: 1, max: 999 }).map((percent) => ({ percent })),
            }),
            { maxLength: 1 },
          ),
        },
        { requiredKeys: ['name', 'fallback', 'response', 'resolution'] },
      ),
      true,
    ),
    contract: byKey(
      ['gold'],
      fc.record({
        name,
        client: fc.constant('baker'),
        calendar: maybe(fc.constant('office')),
        policies: table,
        targets: fc.dictionary(fc.constantFrom(...severities), promise, { noNullPrototype: true }),
      }),
    ),
  })
  .map(({ clientPeople, ...found }) => {
    const needed = <Item>(items: ReadonlyMap<string, Item>, key: string, item: Item) =>
      new Map([[key, item], ...items]);
    return {
      ...found,
      person: withEmails(new Map([...found.person, ...clientPeople])),
      client: needed(found.client, 'baker', { name: 'Baker', accountOwner: null, team: null }),
      site: needed(found.site, 'north', {
        name: 'North',
        client: 'baker',
        zone: null,
        address: null,
        team: null,
      }),
      calendar: needed(found.calendar, 'office', {
        name: 'Office',
        zone: null,
        hours: { mon: [['08:00', '18:00']] },
        holidays: [],
      }),
      schedule: needed(found.schedule, 'week', {
        name: 'Week',
        zone: null,
        layers: [
          {
            every: 'week',
            handover: { day: 'mon', at: '08:00' },
            from: '2026-01-05',
            people: ['mara'],
          },
        ],
      }),
    };
  });

function after(directory: Directory, wanted: Draft, prune = false): Directory {
  return withChanges(directory, 1, planDirectory(directory, wanted, { prune }));
}

function read(document: unknown): Draft {
  const result = parseDirectory(document);
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

test('applying what was exported changes nothing, and exports the same from nothing', () => {
  fc.assert(
    fc.property(draft, (wanted) => {
      const directory = after(emptyDirectory(), wanted);
      expect(lintDirectory(directory)).toEqual([]);
      const document = documentOf(directory);
      const again = read(JSON.parse(JSON.stringify(document)));
      expect(planDirectory(directory, again, { prune: true })).toEqual([]);
      expect(planDirectory(directory, again, { prune: false })).toEqual([]);
      expect(documentOf(after(emptyDirectory(), again))).toEqual(document);
    }),
  );
});

test('applying the same document twice changes nothing the second time, whatever was there before', () => {
  fc.assert(
    fc.property(draft, draft, fc.boolean(), (first, second, prune) => {
      const before = after(emptyDirectory(), first);
      const once = after(before, second, prune);
      expect(planDirectory(once, second, { prune })).toEqual([]);
      if (prune) expect(lintDirectory(once)).toEqual([]);
    }),
  );
});

test('every change has a line that says more than its name; a policy and its version share one', () => {
  fc.assert(
    fc.property(draft, draft, fc.boolean(), (first, second, prune) => {
      const before = after(emptyDirectory(), first);
      const changes = planDirectory(before, second, { prune });
      const lines = describeChanges(changes, before);
      expect(lines).toHaveLength(
        changes.filter((change) => change.kind !== 'policy-version').length,
      );
      for (const line of lines) expect(line).toMatch(/^[+-] .+ \(|^~ .+: ./s);
    }),
  );
});
