import { expect, test } from 'vitest';
import { describeChanges } from './describe.ts';
import { emptyDirectory, withChanges, type Directory } from './directory.ts';
import { emptyDraft, type Draft } from './draft.ts';
import { planDirectory } from './plan.ts';
import { starterDirectory } from './starter.ts';

const { draft: starter } = starterDirectory({
  organisation: 'Nordkalt',
  name: 'Mara',
  email: 'mara@nordkalt.example',
  zone: 'Europe/Berlin',
  language: 'en',
});
const mara = starter.person.get('mara')!;
const desk = starter.team.get('service-desk')!;
const standard = starter.policy.get('standard')!;

function lines(directory: Directory, draft: Draft, prune = false): readonly string[] {
  return describeChanges(planDirectory(directory, draft, { prune }), directory);
}

function after(directory: Directory, draft: Draft, prune = false): Directory {
  return withChanges(directory, 1, planDirectory(directory, draft, { prune }));
}

const begun = after(emptyDirectory(), {
  ...starter,
  person: new Map([
    ['mara', mara],
    ['ada', { ...mara, name: 'Ada', email: 'ada@nordkalt.example', roles: ['staff'] }],
  ]),
  team: new Map([['service-desk', { ...desk, members: ['ada'] }]]),
});

test('what is new is named, a policy with all it says', () => {
  expect(lines(emptyDirectory(), starter)).toEqual([
    '+ organisation (Nordkalt)',
    '+ person mara (Mara)',
    '+ team service-desk (Service desk)',
    '+ calendar office (Office hours)',
    '+ policy standard (Standard): fallback mara; response { targets team; delay 15m }, { targets lead; delay 30m }',
  ]);
});

test('what changed is said field by field', () => {
  const changed: Draft = {
    ...emptyDraft,
    organisation: { ...starter.organisation!, policies: { any: { S1: 'standard', any: 'calm' } } },
    person: new Map([['mara', { ...mara, disabled: true, zone: 'Europe/Vienna' }]]),
    team: new Map([
      ['service-desk', { ...desk, members: ['jonas', 'mara'], lead: 'jonas', calendar: null }],
    ]),
    calendar: new Map([
      [
        'office',
        {
          ...starter.calendar.get('office')!,
          hours: { mon: [['08:00', '18:00']], tue: [['08:00', '18:00']] },
          holidays: ['2026-12-25'],
        },
      ],
    ]),
  };
  expect(lines(begun, changed)).toEqual([
    '~ organisation: policies standard -> { S1 standard; any calm }',
    '~ person mara: zone Europe/Berlin -> Europe/Vienna; disabled no -> yes',
    '~ team service-desk: lead mara -> jonas; members +jonas +mara -ada; calendar office -> none',
    '~ calendar office: hours mon-fri 08:00-18:00 -> none; hours mon-tue none -> 08:00-18:00; holidays +2026-12-25',
  ]);
});

test('a new version of a policy is one line with what it changes', () => {
  const text = {
    ...standard,
    fallback: 'ada',
    response: [
      { targets: standard.response[0]!.targets, delay: { n: 5, unit: 'minute', business: false } },
    ],
  } as const;
  expect(lines(begun, { ...emptyDraft, policy: new Map([['standard', text]]) })).toEqual([
    '~ policy standard: version 1 -> 2; fallback mara -> ada; response 1 delay 15m -> 5m; response 2 { targets lead; delay 30m } -> none',
  ]);
});

test('laps are said where they are written', () => {
  const twice = new Map([['standard', { ...standard, laps: 2 }]]);
  expect(lines(emptyDirectory(), { ...emptyDraft, policy: twice })).toEqual([
    '+ policy standard (Standard): fallback mara; laps 2; response { targets team; delay 15m }, { targets lead; delay 30m }',
  ]);
  expect(lines(begun, { ...emptyDraft, policy: twice })).toEqual([
    '~ policy standard: version 1 -> 2; laps none -> 2',
  ]);
  expect(lines(after(begun, { ...emptyDraft, policy: twice }), starter)).toContain(
    '~ policy standard: version 2 -> 3; laps 2 -> none',
  );
});

test('what prune does is said as what it is', () => {
  expect(lines(begun, emptyDraft, true)).toEqual([
    '~ person ada: disabled no -> yes',
    '~ person mara: disabled no -> yes',
    '- team service-desk (Service desk)',
    '- calendar office (Office hours)',
    '~ policy standard: retired',
  ]);
  expect(lines(after(begun, emptyDraft, true), starter)).toContain(
    '~ policy standard: in force again',
  );
});
