import { describe, expect, test } from 'vitest';
import { must } from '@rung/domain/base/must.ts';
import { organisationKey } from '@rung/domain/directory/directory.ts';
import { onCall } from '@rung/domain/schedule/on-call.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import { companyOf, keyOf } from './company.ts';
import { day, directoryOf, hour, minute, monday, policy, row } from './test-log.ts';

const rows = [
  row({ group: 'Group 10', assignee: 'Resolver 9', location: 'Location 2', category: 'Mail' }),
  row({ group: 'Group 9', assignee: 'Resolver 100', openedBy: 'Opened by  8' }),
  row({ group: 'Group 9', assignee: 'Resolver 20' }),
  row({ group: 'Group 9', assignee: 'Resolver 3' }),
  row({ group: 'Group 9', assignee: 'Resolver 20' }),
  row({ group: 'Group 11', assignee: null }),
  row({ group: null, openedBy: 'Opened by  7', location: 'Location 1' }),
];
const directory = directoryOf(rows);

/** Who is on call by the schedule, at the starts of the weeks from that of the first row. */
function turns(schedule: string, weeks: number): readonly (string | null)[] {
  const found = must(directory.schedule.get(schedule), schedule);
  const begins = monday - 9 * hour;
  return Array.from({ length: weeks }, (_, n) => onCall(found, begins + n * 7 * day));
}

describe('a group', () => {
  test('is a team of its resolvers, each once, who see and work on all tickets', () => {
    expect(directory.team.get('group-9')).toMatchObject({
      name: 'Group 9',
      members: ['resolver-100', 'resolver-20', 'resolver-3'],
      calendar: 'weekdays',
    });
    expect(directory.person.get('resolver-20')).toMatchObject({
      name: 'Resolver 20',
      roles: ['staff', 'dispatcher'],
    });
  });

  test('is led by its first resolver, by number', () => {
    expect(directory.team.get('group-9')?.lead).toBe('resolver-3');
    expect(directory.team.get('group-10')?.lead).toBe('resolver-9');
  });

  test('has one resolver on call each week, in turn by number', () => {
    expect(turns('group-9', 4)).toEqual([
      'resolver-3',
      'resolver-20',
      'resolver-100',
      'resolver-3',
    ]);
    expect(turns('group-10', 2)).toEqual(['resolver-9', 'resolver-9']);
  });

  test('hands over when the ISO week begins, UTC', () => {
    const schedule = must(directory.schedule.get('group-9'), 'a rota');
    const sunday = monday + 6 * day;
    expect(onCall(schedule, monday)).toBe('resolver-3');
    expect(onCall(schedule, sunday + 15 * hour - 1)).toBe('resolver-3');
    expect(onCall(schedule, sunday + 15 * hour)).toBe('resolver-20');
  });

  test('without resolvers has nobody: no lead and no rota', () => {
    expect(directory.team.get('group-11')).toMatchObject({
      members: [],
      lead: null,
      schedule: null,
    });
    expect(directory.schedule.has('group-11')).toBe(false);
  });
});

test.each([
  ['a Monday at 00:00', monday - 9 * hour],
  ['a Sunday at 23:59', monday + 7 * day - 9 * hour - minute],
])('the first of a group is on call from the first row on, also when that is %s', (_, at) => {
  const known = directoryOf([row({ at, assignee: 'Resolver 2' }), row({ assignee: 'Resolver 1' })]);
  const schedule = must(known.schedule.get('group-1'), 'a rota');
  expect(onCall(schedule, at)).toBe('resolver-1');
});

test('the lead of one group after the other has duty for a week, by the numbers of the groups', () => {
  expect(turns('duty', 3)).toEqual(['resolver-3', 'resolver-9', 'resolver-3']);
});

test('where no group has a resolver the service desk has duty', () => {
  const known = directoryOf([row()]);
  expect(onCall(must(known.schedule.get('duty'), 'duty'), monday)).toBe('service-desk');
});

test('what has no group is the service desk’s: a team of one, who administers', () => {
  expect(directory.organisation.get(organisationKey)?.team).toBe('service-desk');
  expect(directory.team.get('service-desk')).toMatchObject({
    members: ['service-desk'],
    lead: 'service-desk',
    schedule: 'service-desk',
  });
  expect(directory.person.get('service-desk')?.roles).toContain('admin');
  expect(turns('service-desk', 2)).toEqual(['service-desk', 'service-desk']);
});

test('a location is a client with a site, a contract and an account owner', () => {
  expect([...directory.site.keys()]).toEqual(['location-1', 'location-2']);
  expect(directory.site.get('location-2')?.client).toBe('location-2');
  expect(directory.client.get('location-2')?.accountOwner).toBe('account-owner-location-2');
  expect(directory.contract.get('location-2')).toMatchObject({
    client: 'location-2',
    calendar: 'weekdays',
    targets: { S1: { resolution: { n: 4, unit: 'hour', business: false } } },
  });
});

test('whoever opens incidents reports, and does no more', () => {
  expect(directory.person.get('opened-by-8')).toMatchObject({
    name: 'Opened by 8',
    roles: ['staff'],
  });
});

test('whoever opens incidents and resolves others is one person, who does both', () => {
  const known = directoryOf([row({ openedBy: 'Ada Lovelace', assignee: 'Ada Lovelace' })]);
  expect(known.person.get('ada-lovelace')?.roles).toEqual(['staff', 'dispatcher']);
});

test('whoever is assigned only where there is no group works on tickets all the same', () => {
  const known = directoryOf([row({ group: null, assignee: 'Resolver 7' }), row()]);
  expect(known.person.get('resolver-7')?.roles).toEqual(['staff', 'dispatcher']);
});

test('every severity escalates as the policy file says', () => {
  const { policies } = must(directory.organisation.get(organisationKey), 'an organisation');
  expect(policies).toEqual({
    any: { S1: 'critical', S2: 'high', S3: 'moderate', S4: 'low' },
  });
  expect([...directory.policy.keys()].sort()).toEqual(['critical', 'high', 'low', 'moderate']);
});

test('a policy file of the wrong form is refused, and nothing throws', () => {
  for (const wrong of [{}, { team: 7, contract: [], organisation: 'x', policies: null }]) {
    expect(parseDirectory(companyOf(rows, wrong)).ok).toBe(false);
  }
});

test('a log of nothing but a number makes a company all the same', () => {
  const bare = directoryOf([row({ group: null })]);
  expect([...bare.team.keys()]).toEqual(['service-desk']);
  expect([...directoryOf([]).person.keys()]).toEqual(['service-desk']);
});

describe('a name', () => {
  const fields = ['group', 'assignee', 'location', 'category', 'openedBy'] as const;
  const every = (name: string) =>
    fields.flatMap((field) => [row({ assignee: 'Resolver 1', [field]: name }), row()]);

  test.each([
    ['Group 70', 'group-70'],
    ['  IT / Mail (2nd) ', 'it-mail-2nd'],
    ['007', '007'],
    ['__proto__', 'proto'],
    ['constructor', 'constructor'],
    ['ﬀ', 'ff'],
    ['Zürich Süd', 'zurich-sud'],
    ['Straße', 'stra-e'],
    ['x'.repeat(49), 'x'.repeat(49)],
  ])('%j has the key %s, and a company can be made of it', (name, key) => {
    expect(keyOf(name)).toBe(key);
    const known = directoryOf(every(name));
    for (const kind of ['team', 'person', 'site', 'category'] as const) {
      expect(known[kind].has(key)).toBe(true);
    }
  });

  test.each([
    ['without Latin letters', '日本', '東京'],
    ['without letters at all', '???', '-'],
    ['half of a character', '\ud800', '\ud800?'],
    ['not to be seen', '\u200b', '\u200b\u200b'],
    ['of 50 characters', 'x'.repeat(50), `${'x'.repeat(49)}y`],
    ['of 500 characters', 'x'.repeat(500), 'x'.repeat(501)],
    [
      'with a gap where it is cut',
      `${'x'.repeat(39)} ${'y'.repeat(20)}`,
      `${'x'.repeat(39)} z${'y'.repeat(20)}`,
    ],
    ['that is ours', 'Service Desk', 'service-desk'],
    ['that is ours, too', 'Duty', 'DUTY'],
    ['that begins as ours', 'Account owner, Hall 1', 'account-owner-hall-1'],
  ])('%s stays apart from others, and a company can be made of it', (_, name, other) => {
    const keys = [name, other].map(keyOf);
    expect(keys).toEqual([name, other].map(keyOf));
    expect(new Set([...keys, 'service-desk', 'duty', 'account-owner-hall-1']).size).toBe(5);
    const known = directoryOf([...every(name), ...every(other)]);
    for (const key of keys) {
      expect(key).toMatch(/^(?:[a-z0-9]+-)*[0-9a-f]{8}$/);
      expect(key.length).toBeLessThan(50);
      for (const kind of ['team', 'person', 'site', 'category'] as const) {
        expect(known[kind].has(key)).toBe(true);
      }
    }
  });

  test('is shown on one line, cut after 80 characters', () => {
    const shown = (category: string) =>
      directoryOf([row({ category })]).category.get(keyOf(category))?.name;
    expect(shown('Mail\r\n and \t fax ')).toBe('Mail and fax');
    expect(shown('x'.repeat(101))).toBe('x'.repeat(80));
    expect(shown('日本')).toBe('日本');
    expect(shown('\u200b')).toBe(keyOf('\u200b'));
  });

  test('never makes it throw, whatever it is', () => {
    for (const name of ['x'.repeat(500), 'a\nb', '\u0000', '\u200b', '😀', 'Straße', "'; drop"]) {
      expect(() => parseDirectory(companyOf(every(name), policy))).not.toThrow();
    }
  });
});

describe('two names with one key', () => {
  const twice = (one: Parameters<typeof row>[0], other: Parameters<typeof row>[0]) =>
    directoryOf([
      row({ assignee: 'Resolver 1', ...one }),
      row({ assignee: 'Resolver 2', ...other }),
    ]);

  test('are one location, category or person', () => {
    const known = twice(
      { location: 'Hall 1', category: 'E-Mail', openedBy: 'Ada L.' },
      { location: 'hall-1', category: 'e mail', openedBy: 'ADA L' },
    );
    expect([...known.client.keys()]).toEqual(['hall-1']);
    expect([...known.contract.keys()]).toEqual(['hall-1']);
    expect([...known.category.keys()]).toEqual(['e-mail']);
    expect([...known.person.keys()].filter((key) => key.startsWith('ada'))).toEqual(['ada-l']);
  });

  test('are one group, with the resolvers of both', () => {
    for (const [one, other] of [
      ['Group 1', 'group-1'],
      ['group-1', 'Group 1'],
    ] as const) {
      const known = twice({ group: one }, { group: other });
      expect(known.team.get('group-1')).toMatchObject({
        members: ['resolver-1', 'resolver-2'],
        lead: 'resolver-1',
      });
      expect([...known.schedule.keys()].toSorted()).toEqual(['duty', 'group-1', 'service-desk']);
    }
  });

  test('are one group, also where nobody resolves for one of them', () => {
    const known = twice({ group: 'Group 1' }, { group: 'group-1', assignee: null });
    expect(known.team.get('group-1')?.lead).toBe('resolver-1');
  });
});

describe('a group of the log that is called as one of ours', () => {
  test.each(['Service Desk', 'Duty'])('is another, with resolvers and a rota: %s', (group) => {
    const known = directoryOf([
      row({ group: 'Group 1', assignee: 'Resolver 1' }),
      row({ group, assignee: 'Resolver 2' }),
    ]);
    const team = must(known.team.get(keyOf(group)), group);
    expect(team).toMatchObject({ members: ['resolver-2'], lead: 'resolver-2' });
    const rota = must(known.schedule.get(team.schedule ?? ''), 'a rota');
    expect([0, 7].map((days) => onCall(rota, monday + days * day))).toEqual([
      'resolver-2',
      'resolver-2',
    ]);
    expect(known.team.get('service-desk')?.members).toEqual(['service-desk']);
  });

  test('is no person of ours either: a resolver called Service desk', () => {
    const known = directoryOf([row({ assignee: 'Service desk' })]);
    expect(known.person.get(keyOf('Service desk'))?.roles).toEqual(['staff', 'dispatcher']);
    expect(known.person.get('service-desk')?.roles).toContain('admin');
  });
});
