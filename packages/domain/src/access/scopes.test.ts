import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleDirectory as directory } from '../directory/example.ts';
import { roles } from '../directory/directory.ts';
import type { Page } from '../ticket/ticket.ts';
import { type Actor, may } from './may.ts';
import { relationsTo } from './relations.ts';
import { audience, type Company, scopesOf, ticketScopes } from './scopes.ts';

const ticket = {
  team: 'cold',
  client: 'bakery',
  reportedBy: 'berta',
  owner: null,
  formerOwner: null,
  coResponders: [],
  pages: [],
  informed: [],
  isPutAway: false,
};

describe('somebody’s scopes', () => {
  test.each([
    ['mara', 'a member', ['ref', 'team:cold', 'user:mara']],
    ['lena', 'a lead', ['ref', 'team:cold', 'user:lena']],
    ['dora', 'a dispatcher', ['all', 'ref', 'user:dora']],
    ['max', 'a manager', ['all', 'ref', 'user:max']],
    ['berta', 'a client', []],
    ['gone', 'disabled', []],
    ['nobody', 'unknown', []],
  ])('%s, %s', (person, _, scopes) => {
    expect(scopesOf(person, directory)).toEqual(scopes);
  });
});

describe('a ticket’s audience', () => {
  const known = {
    ...ticket,
    owner: 'mara',
    coResponders: ['otto'],
    formerOwner: 'lena',
    informed: ['max', 'mara'],
  };

  test('is whoever reported it, has or had it, was paged or told, each once', () => {
    expect(audience(known)).toEqual(['berta', 'mara', 'lena', 'otto', 'max']);
    expect(ticketScopes({ ...ticket, informed: ['max'] })).toEqual([
      'all',
      'team:cold',
      'user:berta',
      'user:max',
    ]);
  });

  test('is its reporter alone once it is put away', () => {
    expect(audience({ ...known, isPutAway: true })).toEqual(['berta']);
  });

  test('is there before the server has routed it', () => {
    expect(ticketScopes({ ...ticket, team: null })).toEqual(['all', 'user:berta']);
  });
});

const keys = ['ada', 'bo', 'cy', 'di'] as const;
const person = fc.constantFrom(...keys);
const maybe = fc.option(person);
const some = fc.subarray([...keys]);

const companies: fc.Arbitrary<Company> = fc
  .record({
    roles: fc.array(fc.subarray([...roles]), { minLength: 4, maxLength: 4 }),
    teams: fc.array(fc.record({ lead: maybe, members: some }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ roles: held, teams }) => ({
    person: new Map(
      keys.map((key, n) => {
        // A client's person has no other role.
        const mine = (held[n] ?? []).filter((role) => role !== 'client');
        return [key, { roles: mine, client: null, ownTicketsOnly: false, disabled: false }];
      }),
    ),
    team: new Map(teams.map((team, n) => [`team-${n}`, team])),
  }));

const tickets = fc.record({
  team: fc.constantFrom('team-0', 'team-1', null),
  client: fc.constant(null),
  reportedBy: person,
  owner: maybe,
  formerOwner: maybe,
  coResponders: some,
  informed: some,
  pages: some.map((people) => people.map((one) => ({ person: one }) as Page)),
  isPutAway: fc.boolean(),
});

test('whoever of ours may read a ticket holds one of its scopes, and nobody else does', () => {
  fc.assert(
    fc.property(companies, tickets, person, (company, held, who) => {
      const actor: Actor = {
        kind: 'person',
        person: who,
        roles: company.person.get(who)?.roles ?? [],
      };
      const holds = new Set(ticketScopes(held));
      expect(scopesOf(who, company).some((scope) => holds.has(scope))).toBe(
        may(actor, 'ticket.read', relationsTo(held, who, company)),
      );
    }),
    { numRuns: 2000 },
  );
});

test('a ticket of the example company is held by those who may read it', () => {
  for (const [who, { roles: held, client, disabled }] of directory.person) {
    if (client !== null || disabled) continue;
    const actor: Actor = { kind: 'person', person: who, roles: held };
    const isHeld = scopesOf(who, directory).some((scope) => ticketScopes(ticket).includes(scope));
    expect([who, isHeld]).toEqual([
      who,
      may(actor, 'ticket.read', relationsTo(ticket, who, directory)),
    ]);
  }
});
