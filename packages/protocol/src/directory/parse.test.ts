import { describe, expect, test } from 'vitest';
import { parseDirectory } from './parse.ts';

function read(document: unknown) {
  const result = parseDirectory(document);
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

function issuesOf(document: unknown): readonly string[] {
  const result = parseDirectory(document);
  return result.ok
    ? []
    : result.refusal.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const mara = { name: 'Mara', email: 'mara@nordkalt.example' };
const organisation = {
  name: 'Nordkalt',
  zone: 'Europe/Berlin',
  team: 'desk',
  policies: 'standard',
};

describe('parseDirectory reads', () => {
  test('the shortest person, team and site', () => {
    const draft = read({
      people: { mara: { ...mara, email: ' Mara@Nordkalt.EXAMPLE ' } },
      teams: { cold: { name: 'Cold', members: ['mara', 'ada', 'mara'] } },
      sites: { north: { name: 'North\u0000', client: 'baker' } },
    });
    expect(draft.person.get('mara')).toEqual({
      name: 'Mara',
      email: 'mara@nordkalt.example',
      roles: ['staff'],
      language: null,
      zone: null,
      skills: [],
      client: null,
      ownTicketsOnly: false,
      disabled: false,
    });
    expect(draft.team.get('cold')).toEqual({
      name: 'Cold',
      lead: null,
      members: ['ada', 'mara'],
      schedule: null,
      calendar: null,
      policies: {},
    });
    expect(draft.site.get('north')).toMatchObject({ name: 'North', zone: null, address: null });
    expect(draft.organisation).toBeNull();
  });

  test('the role client for whoever has a client, others in one order', () => {
    const draft = read({
      people: {
        bo: { ...mara, client: 'baker' },
        mara: { ...mara, roles: ['admin', 'staff'] },
        ada: { ...mara, roles: 'manager' },
      },
    });
    expect([...draft.person.values()].map((person) => person.roles)).toEqual([
      ['client'],
      ['staff', 'admin'],
      ['manager'],
    ]);
  });

  test.each([
    ['urgent', { any: { any: 'urgent' } }],
    [{ S1: 'urgent', any: 'calm' }, { any: { S1: 'urgent', any: 'calm' } }],
    [
      { incident: { S1: 'urgent' }, complaint: 'soft', any: 'calm' },
      { incident: { S1: 'urgent' }, complaint: { any: 'soft' }, any: { any: 'calm' } },
    ],
    [{ any: { S4: 'calm' } }, { any: { S4: 'calm' } }],
    [null, {}],
  ])('the table of policies %j', (policies, table) => {
    const teams = { cold: { name: 'Cold', policies } };
    expect(read({ teams }).team.get('cold')?.policies).toEqual(table);
  });

  test.each([
    [{ 'mon-wed': '08:00-18:00' }, { mon: 1, tue: 1, wed: 1 }],
    [{ 'Sat-Mon': '08:00 - 18:00' }, { mon: 1, sat: 1, sun: 1 }],
    [
      { fri: ['13:00-24:00', '08:00-12:00'], sun: '08:00-18:00' },
      { fri: 2, sun: 1 },
    ],
  ])('the hours %j', (hours, spans) => {
    const draft = read({ calendars: { office: { name: 'Office', hours } } });
    const found = draft.calendar.get('office')!.hours;
    const counts = Object.entries(found).map(([day, list]) => [day, list.length]);
    expect(Object.fromEntries(counts)).toEqual(spans);
  });

  test('hours sorted within the day', () => {
    const hours = { fri: ['13:00-24:00', '08:00-12:00'] };
    const draft = read({ calendars: { office: { name: 'Office', hours } } });
    expect(draft.calendar.get('office')?.hours.fri).toEqual([
      ['08:00', '12:00'],
      ['13:00', '24:00'],
    ]);
  });

  test('a policy, its targets alone or in a list', () => {
    const standard = {
      name: 'Standard',
      fallback: 'mara',
      response: [
        { targets: 'on-call', delay: '5 min' },
        { targets: ['team:cold', 'lead'], delay: '4 business hours' },
      ],
      resolution: [
        { targets: 'account-owner', at: '75%' },
        { targets: 'person:mara', at: '1d' },
      ],
    };
    expect(read({ policies: { standard } }).policy.get('standard')).toEqual({
      name: 'Standard',
      fallback: 'mara',
      response: [
        { targets: [{ kind: 'on-call' }], delay: { n: 5, unit: 'minute', business: false } },
        {
          targets: [{ kind: 'team', key: 'cold' }, { kind: 'lead' }],
          delay: { n: 4, unit: 'hour', business: true },
        },
      ],
      resolution: [
        { targets: [{ kind: 'account-owner' }], at: { percent: 75 } },
        {
          targets: [{ kind: 'person', key: 'mara' }],
          at: { n: 1, unit: 'day', business: false },
        },
      ],
    });
  });

  test.each([1, 4, 10])('a policy whose ladder is climbed %j times', (laps) => {
    expect(read(step({}, { laps })).policy.get('standard')?.laps).toBe(laps);
  });

  test.each([{}, { laps: null }])(
    'a policy without laps as one that has no such field: %j',
    (more) => {
      expect(read(step({}, more)).policy.get('standard')).not.toHaveProperty('laps');
    },
  );

  test('a schedule', () => {
    const layer = { handover: 'Mon 08:00', from: '2026-01-05', people: ['mara', 'ada', 'mara'] };
    const schedules = { week: { name: 'Week', layers: [layer] } };
    expect(read({ schedules }).schedule.get('week')).toEqual({
      name: 'Week',
      zone: null,
      layers: [{ ...layer, every: 'week', handover: { day: 'mon', at: '08:00' } }],
    });
  });

  test('a contract, without what it does not promise', () => {
    const targets = { S1: { 'first-response': '15m', resolution: '4h' }, S2: null, S3: {} };
    const contracts = { gold: { name: 'Gold', client: 'baker', targets } };
    expect(read({ contracts }).contract.get('gold')?.targets).toEqual({
      S1: {
        firstResponse: { n: 15, unit: 'minute', business: false },
        resolution: { n: 4, unit: 'hour', business: false },
      },
    });
  });

  test('keys that JavaScript objects already have', () => {
    const teams = { constructor: { name: 'Construction' }, prototype: { name: 'Prototypes' } };
    expect([...read({ teams }).team.keys()]).toEqual(['constructor', 'prototype']);
  });
});

const person = (fields: object) => ({ people: { mara: { ...mara, ...fields } } });
const team = (fields: object) => ({ teams: { cold: { name: 'Cold', ...fields } } });
const step = (fields: object, more: object = {}) => ({
  policies: {
    standard: {
      name: 'Standard',
      fallback: 'mara',
      ...more,
      response: [{ targets: 'lead', delay: '5m', ...fields }],
    },
  },
});
const hours = (hours: unknown) => ({ calendars: { office: { name: 'Office', hours } } });

describe('parseDirectory refuses', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, ': the document is empty or not a block; begin with "organisation:"'],
    ['a section nobody knows', { peple: {} }, "peple: unknown key 'peple'; did you mean 'people'?"],
    [
      'a section that is a list',
      { people: [] },
      'people: is not a block; write lines of "name: value", indented, below it',
    ],
    [
      'a key with a capital',
      { teams: { Cold: { name: 'Cold' } } },
      'teams.Cold: is not a key; write lower-case letters, digits and inner hyphens, at most 63, like cold-store',
    ],
    [
      'an item that is a text',
      { teams: { cold: 'Cold' } },
      'teams.cold: is not a block; write lines of "name: value", indented, below it',
    ],
    [
      'a field nobody knows',
      team({ memebers: [] }),
      "teams.cold.memebers: unknown key 'memebers'; did you mean 'members'?",
    ],
    [
      'a field far from all',
      team({ colour: 'red' }),
      "teams.cold.colour: unknown key 'colour'; possible are name, lead, members, schedule, calendar, policies",
    ],
    [
      'a missing field',
      { people: { mara: { name: 'Mara' } } },
      'people.mara.email: has no "email:"; add it',
    ],
    [
      'a number for a name',
      person({ name: 4711 }),
      'people.mara.name: is not a text; put it in quotes: "4711"',
    ],
    ['no name', person({ name: null }), 'people.mara.name: is empty; write a value, or remove it'],
    [
      'a name of two lines',
      person({ name: 'Mara\n- site north (North)' }),
      'people.mara.name: has a line break or control character; remove it',
    ],
    [
      'a long name',
      person({ name: 'x'.repeat(101) }),
      'people.mara.name: is longer than 100 characters',
    ],
    [
      'an address that is none',
      person({ email: 'mara' }),
      'people.mara.email: is not an e-mail address',
    ],
    [
      'a zone that is none',
      person({ zone: 'CEST+2' }),
      'people.mara.zone: is not a time zone like Europe/Berlin',
    ],
    [
      'a role that is none',
      person({ roles: ['staff', 'boss'] }),
      'people.mara.roles.1: is not a role; possible are staff, dispatcher, manager, admin, client',
    ],
    [
      'a language that is none',
      person({ language: 'fr' }),
      'people.mara.language: is not a language; write en or de',
    ],
    [
      'a yes that is a text',
      person({ disabled: 'yes' }),
      'people.mara.disabled: is neither true nor false; write one of them',
    ],
    [
      'a time that is none',
      step({ delay: '5 moons' }),
      'policies.standard.response.0.delay: is not a length of time; write 15m, 2h, 1d, 4 business hours or 1 business day',
    ],
    [
      'a time that is a number',
      step({ delay: 5 }),
      'policies.standard.response.0.delay: is not a length of time; write 15m, 2h, 1d, 4 business hours or 1 business day',
    ],
    [
      'a target that is none',
      step({ targets: ['lead', 'boss'] }),
      'policies.standard.response.0.targets.1: is not a target; write on-call, lead, team, owner or account-owner, or schedule:, team: or person: with a key',
    ],
    [
      'a target whose key is none',
      step({ targets: 'person:Mara L' }),
      'policies.standard.response.0.targets.0: is not a target; write on-call, lead, team, owner or account-owner, or schedule:, team: or person: with a key',
    ],
    [
      'a day that is none',
      hours({ someday: '08:00-18:00' }),
      'calendars.office.hours.someday: is not a weekday or a range of them; write mon, or mon-fri',
    ],
    [
      'a day twice',
      hours({ 'mon-fri': '08:00-18:00', fri: '08:00-14:00' }),
      'calendars.office.hours.fri: names fri a second time; write each day once',
    ],
    [
      'hours that are none',
      hours({ mon: '8-18' }),
      'calendars.office.hours.mon: is not a span of hours; write it in quotes like "08:00-18:00"',
    ],
    [
      'types beside severities',
      team({ policies: { S1: 'urgent', incident: 'calm' } }),
      'teams.cold.policies.S1: stands beside types; write it below one of them, or below "any:"',
    ],
    [
      'a severity that is none',
      team({ policies: { incident: { S5: 'urgent' } } }),
      "teams.cold.policies.incident.S5: unknown key 'S5'; possible are S1, S2, S3, S4, any",
    ],
    [
      'a policy that is no key',
      team({ policies: { any: { S1: 7 } } }),
      'teams.cold.policies.any.S1: is not the key of a policy; write one policy for everything, or policies by severity (S1 to S4, any) or by type (incident, request, complaint, risk, any)',
    ],
    [
      'a day that does not exist',
      { calendars: { office: { name: 'Office', hours: {}, holidays: ['2026-02-30'] } } },
      'calendars.office.holidays.0: is not a date; write it like 2026-12-25',
    ],
    [
      'a handover that is none',
      {
        schedules: {
          week: {
            name: 'Week',
            layers: [{ handover: 'monday', from: '2026-01-05', people: ['mara'] }],
          },
        },
      },
      'schedules.week.layers.0.handover: is not a weekday and a time; write it like mon 08:00',
    ],
  ])('%s', (_, document, issue) => {
    expect(issuesOf(document)).toEqual([issue]);
  });

  test.each([0, 11, 1.5, -1, NaN, '3', 'often', true, [2]])('laps of %j', (laps) => {
    expect(issuesOf(step({}, { laps }))).toEqual([
      'policies.standard.laps: is not a whole number from 1 to 10; write one without quotes, or remove it',
    ]);
  });

  test('all at once', () => {
    expect(
      issuesOf({
        organisation: { ...organisation, zone: 'Mars', nmae: 1 },
        people: { mara: { name: '', emial: 'x' } },
        teams: { cold: { name: 'Cold', members: [1, 'ada', null] } },
      }).map((issue) => issue.split(':')[0]),
    ).toEqual([
      'organisation.zone',
      'organisation.nmae',
      'people.mara.name',
      'people.mara.email',
      'people.mara.emial',
      'teams.cold.members.0',
      'teams.cold.members.2',
    ]);
  });

  test('more people in a layer than it can keep', () => {
    const turns = (count: number) => {
      const layer = {
        handover: 'mon 08:00',
        from: '2026-01-05',
        people: Array(count).fill('mara'),
      };
      return { schedules: { week: { name: 'Week', layers: [layer] } } };
    };
    expect(issuesOf(turns(500))).toEqual([]);
    expect(issuesOf(turns(501))).toEqual([
      'schedules.week.layers.0.people: has more than 500 entries',
    ]);
  });

  test('more assets than it can keep', () => {
    const assets = Object.fromEntries(
      Array.from({ length: 20_001 }, (_, index) => [`pump-${index}`, { name: 'Pump', site: 'x' }]),
    );
    expect(issuesOf({ assets })).toEqual(['assets: has 20001 entries; at most 20000 are possible']);
  });
});
