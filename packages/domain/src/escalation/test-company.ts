/**
 * The company that the stories of tests happen in. It passes `lintDirectory`. Its team "cold" is open on weekdays from
 * 08:00 to 17:00 in Berlin; Mara and Otto take turns of a week on its rota, from Monday 08:00.
 */

import { type Change, type Directory, type Items, type Kind } from '../directory/directory.ts';
import { emptyDirectory, type Person, type Target, withChanges } from '../directory/directory.ts';
import { type Draft, emptyDraft } from '../directory/draft.ts';
import { must } from '../base/must.ts';
import { spanOf, targetOf } from '../directory/notation.ts';
import { planDirectory } from '../directory/plan.ts';

const zone = 'Europe/Berlin';

function person(key: string, ...roles: Person['roles']): readonly [string, Person] {
  const client = roles.includes('client') ? 'bakery' : null;
  const email = `${key}@example.org`;
  const more = {
    language: 'en',
    zone,
    skills: [],
    ownTicketsOnly: false,
    disabled: false,
  } as const;
  return [key, { name: key, email, roles, client, ...more }];
}

/** Steps as people write them: "on-call 5m". */
function policy(name: string, ...steps: readonly string[]) {
  const response = steps.map((text) => {
    const [targets = '', delay = ''] = text.split(/ (.*)/);
    return { targets: targets.split('+').map(target), delay: must(spanOf(delay), text) };
  });
  return { name, fallback: 'fred', response, resolution: [] };
}

function target(text: string): Target {
  return must(targetOf(text), text);
}

function rota(from: string, at: string, ...people: readonly string[]) {
  const layer = { every: 'week', handover: { day: 'mon', at }, from, people } as const;
  return { name: 'Rota', zone, layers: [layer] };
}

const office = ['08:00', '17:00'] as const;

const draft: Draft = {
  ...emptyDraft,
  organisation: {
    name: 'Nordkalt',
    zone,
    language: 'en',
    team: 'cold',
    policies: { any: { S1: 'urgent', S2: 'high', S3: 'calm', S4: 'low' } },
  },
  calendar: new Map([
    [
      'office',
      {
        name: 'Office',
        zone,
        hours: { mon: [office], tue: [office], wed: [office], thu: [office], fri: [office] },
        holidays: [],
      },
    ],
  ]),
  person: new Map([
    person('ada', 'admin', 'staff'),
    person('zoe', 'admin', 'staff'),
    person('max', 'manager', 'staff'),
    person('dora', 'dispatcher'),
    person('fred', 'staff'),
    person('lena', 'staff'),
    person('mara', 'staff'),
    person('otto', 'staff'),
    person('nils', 'staff'),
    person('berta', 'client'),
  ]),
  team: new Map(
    (
      [
        ['cold', ['mara', 'otto', 'nils'], 'rota'],
        // Nobody is on call before Monday, 2 March 2026, 10:04.
        ['new', ['nils'], 'new-rota'],
        // No rota: its members while it is open.
        ['doors', ['otto', 'nils'], null],
      ] as const
    ).map(([key, members, schedule]) => [
      key,
      { name: key, members, lead: 'lena', schedule, calendar: 'office', policies: {} },
    ]),
  ),
  schedule: new Map([
    ['rota', rota('2026-01-05', '08:00', 'mara', 'otto')],
    ['new-rota', rota('2026-03-02', '10:04', 'nils')],
  ]),
  client: new Map([['bakery', { name: 'Bakery', accountOwner: null, team: null }]]),
  policy: new Map([
    ['urgent', policy('Urgent', 'on-call 5m', 'lead 5m', 'person:max 10m')],
    ['high', policy('High', 'on-call 10m', 'lead 20m')],
    ['calm', policy('Calm', 'on-call+lead 1 business hour', 'person:max 2 business hours')],
    ['low', policy('Low', 'on-call 1 business day')],
  ]),
};

export const company: Directory = withChanges(
  emptyDirectory(),
  1,
  planDirectory(emptyDirectory(), draft, { prune: false }),
);

/** The directory with one item changed. */
export function edited<K extends Kind>(
  directory: Directory,
  kind: K,
  key: string,
  change: Partial<Items[K]>,
): Directory {
  const before = must(directory[kind].get(key), `${kind} ${key}`) as Items[K];
  const after = { ...before, ...change };
  return withChanges(directory, directory.version + 1, [{ kind, key, before, after } as Change]);
}
