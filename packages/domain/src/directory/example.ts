/** A small company for tests: two clients, two teams, one person for each thing one can be. Passes `lintDirectory`. */

import { type Directory, emptyDirectory, type Person, withChanges } from './directory.ts';
import { type Draft, emptyDraft } from './draft.ts';
import { planDirectory } from './plan.ts';

const person = (name: string, roles: Person['roles'], more: Partial<Person> = {}) =>
  ({
    name,
    email: `${name.toLowerCase()}@example.org`,
    roles,
    language: 'en',
    zone: 'Europe/Berlin',
    skills: [],
    client: null,
    ownTicketsOnly: false,
    disabled: false,
    ...more,
  }) as const;

const policy = (name: string) =>
  ({
    name,
    fallback: 'ada',
    response: [{ targets: [{ kind: 'team' }], delay: { n: 15, unit: 'minute', business: false } }],
    resolution: [],
  }) as const;

const team = (name: string, members: readonly string[], lead: string | null, more = {}) => ({
  name,
  members,
  lead,
  schedule: null,
  calendar: null,
  policies: {},
  ...more,
});

const draft: Draft = {
  ...emptyDraft,
  organisation: {
    name: 'Nordkalt',
    zone: 'Europe/Berlin',
    language: 'en',
    team: 'desk',
    policies: { any: { any: 'calm', S1: 'urgent' } },
  },
  person: new Map([
    ['ada', person('Ada', ['admin', 'staff'])],
    ['max', person('Max', ['manager'])],
    ['dora', person('Dora', ['dispatcher'])],
    ['lena', person('Lena', ['staff'])],
    ['mara', person('Mara', ['staff'])],
    ['otto', person('Otto', ['staff'])],
    ['gone', person('Gone', ['admin'], { disabled: true })],
    ['berta', person('Berta', ['client'], { client: 'bakery' })],
    ['bernd', person('Bernd', ['client'], { client: 'bakery', ownTicketsOnly: true })],
    ['klara', person('Klara', ['client'], { client: 'clinic' })],
  ]),
  team: new Map([
    ['desk', team('Desk', ['otto'], null)],
    ['cold', team('Cold store', ['mara'], 'lena', { policies: { incident: { S2: 'urgent' } } })],
    ['air', team('Air', [], null)],
  ]),
  client: new Map([
    ['bakery', { name: 'Bakery', accountOwner: null, team: null }],
    ['clinic', { name: 'Clinic', accountOwner: null, team: 'air' }],
  ]),
  site: new Map([
    ['oven-hall', { name: 'Oven hall', client: 'bakery', zone: null, address: null, team: null }],
    ['ward', { name: 'Ward', client: 'clinic', zone: null, address: null, team: null }],
    ['cellar', { name: 'Cellar', client: 'bakery', zone: null, address: null, team: 'cold' }],
  ]),
  category: new Map([
    ['cooling', { name: 'Cooling', team: 'cold' }],
    ['doors', { name: 'Doors', team: null }],
  ]),
  asset: new Map([
    ['fan', { name: 'Fan', site: 'oven-hall', category: 'doors', team: 'air' }],
    ['freezer', { name: 'Freezer', site: 'oven-hall', category: 'cooling', team: null }],
  ]),
  policy: new Map([
    ['urgent', policy('Urgent')],
    ['calm', policy('Calm')],
    ['gold', policy('Gold')],
  ]),
  contract: new Map([
    [
      'clinic-gold',
      {
        name: 'Gold',
        client: 'clinic',
        calendar: null,
        policies: { any: { S1: 'gold' } },
        targets: {},
      },
    ],
  ]),
};

export const exampleDirectory: Directory = withChanges(
  emptyDirectory(),
  1,
  planDirectory(emptyDirectory(), draft, { prune: false }),
);
