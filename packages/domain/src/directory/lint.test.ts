import { describe, expect, test } from 'vitest';
import { emptyDirectory, withChanges, type PolicyText, type Span } from './directory.ts';
import { emptyDraft, type Draft, type DraftItems, type DraftKind } from './draft.ts';
import { lintDirectory } from './lint.ts';
import { planDirectory } from './plan.ts';
import { starterDirectory } from './starter.ts';

const { draft: starter } = starterDirectory({
  organisation: 'Nordkalt',
  name: 'Mara',
  email: 'mara@nordkalt.example',
  zone: 'Europe/Berlin',
  language: 'en',
});
const organisation = starter.organisation!;
const mara = starter.person.get('mara')!;
const ada = { ...mara, name: 'Ada', email: 'ada@nordkalt.example', roles: ['staff'] as const };
const team = starter.team.get('service-desk')!;
const office = starter.calendar.get('office')!;
const standard = starter.policy.get('standard')!;
const week = {
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
} as const;
const site = { name: 'North', client: 'baker', zone: null, address: null, team: null };
const baker = { name: 'Baker', accountOwner: null, team: null };
const clientPerson = { ...ada, roles: ['client'] as const, client: 'baker' };
const contract = { name: 'Gold', client: 'baker', calendar: null, policies: {}, targets: {} };
const minutes = (n: number): Span => ({ n, unit: 'minute', business: false });

type Extra = { readonly [K in DraftKind]?: { readonly [key: string]: DraftItems[K] } } & {
  readonly organisation?: typeof organisation;
};

/** The issues of the starting directory with these items added or replaced, as "path: message". */
function issuesWith(extra: Extra, teamsInUse?: ReadonlySet<string>): readonly string[] {
  const draft: Record<string, unknown> = { ...starter };
  for (const [kind, items] of Object.entries(extra)) {
    draft[kind] =
      kind === 'organisation'
        ? items
        : new Map<string, unknown>([
            ...(starter[kind as DraftKind] as ReadonlyMap<string, unknown>),
            ...Object.entries(items),
          ]);
  }
  return issuesOf(draft as Draft, teamsInUse);
}

function issuesOf(draft: Draft, teamsInUse: ReadonlySet<string> = new Set()): readonly string[] {
  const empty = emptyDirectory();
  const directory = withChanges(empty, 1, planDirectory(empty, draft, { prune: false }));
  return lintDirectory(directory, { teamsInUse }).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

const policy = (text: Partial<PolicyText>): Extra => ({
  policy: { standard: { ...standard, ...text } },
});

describe('lintDirectory', () => {
  test('accepts a directory in which everything named exists', () => {
    const extra: Extra = {
      person: { ada, bo: { ...clientPerson, email: 'bo@baker.example' } },
      client: { baker: { ...baker, accountOwner: 'ada', team: 'service-desk' } },
      site: { north: site },
      asset: { pump: { name: 'Pump', site: 'north', category: 'pumps', team: null } },
      category: { pumps: { name: 'Pumps', team: null } },
      schedule: { week },
      contract: { gold: { ...contract, calendar: 'office' } },
    };
    expect(issuesWith(extra, new Set(['service-desk']))).toEqual([]);
  });

  test.each<[string, Extra, string]>([
    [
      'a lead nobody knows',
      { team: { cold: { ...team, lead: 'mraa' } } },
      "teams.cold.lead: there is no person 'mraa'; did you mean 'mara'?",
    ],
    [
      'a member who is disabled',
      {
        person: { ada: { ...ada, disabled: true } },
        team: { cold: { ...team, members: ['ada'] } },
      },
      "teams.cold.members.ada: 'ada' is disabled and can do nothing; name somebody else",
    ],
    [
      "a client's person in a team",
      {
        client: { baker },
        person: { ada: clientPerson },
        team: { cold: { ...team, members: ['mara', 'ada'] } },
      },
      "teams.cold.members.ada: 'ada' is a client's person; name one of yours",
    ],
    [
      'a schedule that is not there',
      { team: { cold: { ...team, schedule: 'nights' } } },
      "teams.cold.schedule: there is no schedule 'nights'; correct the key, or add it to the document",
    ],
    [
      'a default team that is not there',
      { organisation: { ...organisation, team: 'service-dsk' } },
      "organisation.team: there is no team 'service-dsk'; did you mean 'service-desk'?",
    ],
    [
      'a site of nobody',
      { site: { north: site } },
      "sites.north.client: there is no client 'baker'; correct the key, or add it to the document",
    ],
    [
      'an asset nowhere',
      { asset: { pump: { name: 'Pump', site: 'north', category: null, team: null } } },
      "assets.pump.site: there is no site 'north'; correct the key, or add it to the document",
    ],
    [
      'an address that two people share, whatever its case',
      { person: { ada: { ...ada, email: 'MARA@nordkalt.example', disabled: true } } },
      "people.mara.email: is also the address of 'ada'; every person needs an own one, disabled people too",
    ],
    [
      "a client's person with another role",
      { client: { baker }, person: { ada: { ...clientPerson, roles: ['staff', 'client'] } } },
      "people.ada.roles: a client's person has no other role; write only client",
    ],
    [
      "a client's person without a client",
      { person: { ada: { ...clientPerson, client: null } } },
      'people.ada: has the role client; add "client:" with the key of the company',
    ],
    [
      'a client of a person who is ours',
      { client: { baker }, person: { ada: { ...ada, client: 'baker' } } },
      'people.ada.client: is only for people with the role client; remove it, or the other roles',
    ],
    [
      'nobody who could change anything any more',
      { person: { mara: { ...mara, roles: ['staff'] } } },
      'people: has nobody enabled with the role admin, so that nobody could get in to change anything; give somebody "roles: [admin, staff]"',
    ],
    [
      'tickets without a policy',
      { organisation: { ...organisation, policies: { incident: { any: 'standard' } } } },
      'organisation.policies: names no policy for request S1, request S2, request S3, request S4 and 8 more, nor does team service-desk; add "any: <policy>" here, so that no ticket is without one',
    ],
    [
      'a policy that is not there',
      { team: { cold: { ...team, policies: { incident: { S1: 'standrad' } } } } },
      "teams.cold.policies.incident.S1: there is no policy 'standrad'; did you mean 'standard'?",
    ],
    [
      'a policy that pages nobody',
      policy({ response: [] }),
      'policies.standard: pages nobody; add "response:" with at least one step of targets and a delay',
    ],
    [
      'a step without time to answer',
      policy({ response: [{ targets: [{ kind: 'team' }], delay: minutes(0) }] }),
      'policies.standard.response.0.delay: is no time at all to answer in; write how long the step waits, like 5m',
    ],
    [
      'a target that is not there',
      policy({ response: [{ targets: [{ kind: 'schedule', key: 'week' }], delay: minutes(5) }] }),
      "policies.standard.response.0.targets.0: there is no schedule 'week'; correct the key, or add it to the document",
    ],
    [
      'shares that do not rise',
      policy({
        resolution: [
          { targets: [{ kind: 'lead' }], at: { percent: 75 } },
          { targets: [{ kind: 'lead' }], at: { percent: 75 } },
        ],
      }),
      'policies.standard.resolution.1.at: 75% does not come after 75%; sort the steps',
    ],
    [
      'times that do not rise',
      policy({
        resolution: [
          { targets: [{ kind: 'lead' }], at: { n: 2, unit: 'hour', business: false } },
          { targets: [{ kind: 'lead' }], at: { percent: 50 } },
          { targets: [{ kind: 'lead' }], at: minutes(90) },
        ],
      }),
      'policies.standard.resolution.2.at: does not come after the step before; sort the steps',
    ],
    [
      'a calendar that is never open',
      { calendar: { never: { ...office, hours: {} } } },
      'calendars.never.hours: is never open; write at least one day, like mon-fri: "08:00-18:00"',
    ],
    [
      'hours that end before they begin',
      { calendar: { night: { ...office, hours: { mon: [['22:00', '06:00']] } } } },
      'calendars.night.hours.mon: 22:00-06:00 ends before it begins; write a night as 22:00-24:00 and, on the next day, 00:00-06:00',
    ],
    [
      'hours that overlap',
      {
        calendar: {
          twice: {
            ...office,
            hours: {
              mon: [
                ['08:00', '12:00'],
                ['11:00', '13:00'],
              ],
            },
          },
        },
      },
      'calendars.twice.hours.mon: 11:00-13:00 overlaps the hours before it; join the two',
    ],
    [
      'turns of nobody',
      { schedule: { week: { ...week, layers: [{ ...week.layers[0], people: [] }] } } },
      'schedules.week.layers.0.people: names nobody; write who takes turns, in their order',
    ],
    [
      'turns that begin on another day than they hand over',
      { schedule: { week: { ...week, layers: [{ ...week.layers[0], from: '2026-01-07' }] } } },
      'schedules.week.layers.0.from: 2026-01-07 is a wed, but turns begin on mon; write a date that is a mon',
    ],
    [
      'a second contract of a client',
      { client: { baker }, contract: { gold: contract, silver: contract } },
      "contracts.silver.client: 'baker' already has the contract 'gold'; a client has at most one",
    ],
    [
      'a promise of no time',
      {
        client: { baker },
        contract: { gold: { ...contract, targets: { S1: { resolution: minutes(0) } } } },
      },
      'contracts.gold.targets.S1.resolution: is no time at all; write 15m or more',
    ],
  ])('refuses %s', (_, extra, issue) => {
    expect(issuesWith(extra)).toEqual([issue]);
  });

  test('asks for an organisation and an administrator in an empty directory', () => {
    expect(issuesOf(emptyDraft).map((issue) => issue.split(':')[0])).toEqual([
      'organisation',
      'people',
    ]);
  });

  test('a team with open tickets must stay', () => {
    expect(issuesWith({}, new Set(['cold', 'service-desk']))).toEqual([
      "teams.cold: team 'cold' still has open tickets; keep it until they are transferred or resolved",
    ]);
  });

  test('a disabled person may keep naming a client that is gone, a retired policy anybody', () => {
    const gone = { ...clientPerson, disabled: true, client: 'long-gone' };
    expect(issuesWith({ person: { ada: gone } })).toEqual([]);

    const old: Draft = {
      ...starter,
      person: new Map([...starter.person, ['ada', ada]]),
      policy: new Map([...starter.policy, ['old', { ...standard, fallback: 'ada' }]]),
    };
    const empty = emptyDirectory();
    const before = withChanges(empty, 1, planDirectory(empty, old, { prune: false }));
    const after = withChanges(before, 2, planDirectory(before, starter, { prune: true }));
    expect(lintDirectory(after)).toEqual([]);

    const tables = { any: { any: 'standard', S4: 'old' } };
    const naming: Draft = {
      ...emptyDraft,
      organisation: { ...organisation, policies: tables },
    };
    const wrong = withChanges(after, 3, planDirectory(after, naming, { prune: false }));
    expect(lintDirectory(wrong)).toEqual([
      {
        path: ['organisation', 'policies', 'any', 'S4'],
        message: "policy 'old' is retired; name another, or write it again",
      },
    ]);
  });

  test('a hole in the organisation is no hole where every team fills it', () => {
    expect(
      issuesWith({
        organisation: { ...organisation, policies: {} },
        team: { 'service-desk': { ...team, policies: { any: { any: 'standard' } } } },
      }),
    ).toEqual([]);
  });

  test('reports all of 20,000 wrong keys without looking for a near one each time', () => {
    const assets = Array.from({ length: 20_000 }, (_, index) => [
      `pump-${index}`,
      { name: 'Pump', site: `nroth-${index}`, category: null, team: null },
    ]);
    const issues = issuesWith({
      client: { baker },
      site: { 'north-1': site },
      asset: Object.fromEntries(assets),
    });
    expect(issues).toHaveLength(20_000);
    expect(issues.filter((issue) => issue.includes('did you mean')).length).toBeLessThan(100);
  });
});
