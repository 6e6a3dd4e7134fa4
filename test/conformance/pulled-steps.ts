/** What can happen in the world of pulled-world.ts, for fast-check: each step finds its people and tickets by remainders. */

import type { Severity } from '@rung/domain/directory/directory.ts';
import fc from 'fast-check';
import { methodOf } from '../harness/recorder.ts';
import { company, type Holder, holders, type Person, whole, type World } from './pulled-world.ts';

const hour = 3_600_000;
const spans = [hour / 6, 3 * hour, 24 * hour, 75 * hour] as const;
const severities: readonly Severity[] = ['S1', 'S2', 'S3', 'S4'];
const teams = ['cold', 'air'] as const;
type Team = (typeof teams)[number];

const person = fc.constantFrom(...holders);
/** A few, whose devices have something to tell of often. */
const holder = fc.oneof(fc.constantFrom<Holder>('nils', 'pia', 'otto'), person);
/** Those who may do most things more often than others. */
const actor = fc.oneof(person, fc.constantFrom<Person>('dora', 'ada', 'otto', 'dora'));
const pick = fc.nat(50);
const size = fc.record({
  linesAPortion: fc.constantFrom(2, 2, 5, 20),
  bytesAPortion: fc.constantFrom(1000, 4_000_000),
  bytesAStep: fc.constantFrom(3000, 1_000_000),
  ticketsAStep: fc.constantFrom(1, 1, 2, 4),
  itemsAStep: fc.constantFrom(8, 100),
});

const acted = fc.record({
  do: fc.constant('act' as const),
  by: actor,
  ticket: pick,
  name: fc.constantFrom(
    'acknowledge',
    'decline',
    'release',
    'progress',
    'change-severity',
    'transfer',
    'resolve',
    'close',
    'reopen',
    'transfer',
    'close',
    'reopen',
  ),
  to: pick,
});
const happening = fc.oneof(
  fc.record({
    do: fc.constant('report' as const),
    by: fc.oneof(person, fc.constant<Person>('berta')),
    team: pick,
    severity: pick,
    take: fc.boolean(),
  }),
  { arbitrary: acted, weight: 4 },
  fc.record({ do: fc.constant('end' as const), ticket: pick, isReopened: fc.boolean() }),
  fc.record({ do: fc.constant('move' as const), ticket: pick, to: pick }),
  fc.record({ do: fc.constant('pass' as const), span: fc.nat(spans.length - 1) }),
  fc.record({
    do: fc.constant('member' as const),
    team: fc.constantFrom(...teams),
    person: holder,
  }),
  fc.record({ do: fc.constant('lead' as const), team: fc.constantFrom(...teams), person }),
  fc.record({
    do: fc.constant('role' as const),
    person: holder,
    role: fc.constantFrom('manager', 'dispatcher'),
  }),
  fc.record({ do: fc.constant('disable' as const), person }),
  fc.record({ do: fc.constant('reach' as const), person, n: fc.integer({ min: 2, max: 4 }) }),
  fc.record({ do: fc.constant('site' as const), site: fc.nat(5), isThere: fc.boolean() }),
  fc.record({ do: fc.constant('sweep' as const), beforeMs: fc.constantFrom(0, hour, 80 * hour) }),
  fc.record({ do: fc.constant('epoch' as const), n: pick }),
);
type Happening = typeof happening extends fc.Arbitrary<infer Of> ? Of : never;

/** What its own person gains or loses. */
const turn = fc.constantFrom('manager', 'member');

const talked = fc.record({
  do: fc.constant('exchange' as const),
  person: holder,
  sizes: fc.option(size, { nil: whole, freq: 4 }),
  lines: fc.option(fc.nat(30), { nil: null, freq: 1 }),
  /** It reads no more after so many portions. */
  portions: fc.option(fc.nat(8), { nil: null, freq: 2 }),
  /** What happens between portions, one after each. */
  between: fc.array(fc.oneof(fc.constant(null), happening, turn), { maxLength: 7 }),
});

export const step = fc.oneof({ arbitrary: happening, weight: 3 }, { arbitrary: talked, weight: 2 });
type Step = Happening | (typeof talked extends fc.Arbitrary<infer Of> ? Of : never);

/** Does it, where it can be done at all; what is refused is refused. */
export async function doStep(world: World, one: Step): Promise<void> {
  switch (one.do) {
    case 'exchange': {
      if (!(await world.maySync(one.person))) return;
      await world.exchange(one.person, {
        sizes: one.sizes,
        ...(one.lines === null ? {} : { lines: one.lines }),
        async between(portions) {
          const next = one.between[portions - 1] ?? null;
          const { person } = one;
          if (next === 'manager') await doStep(world, { do: 'role', person, role: next });
          else if (next === 'member') await doStep(world, { do: next, team: 'air', person });
          else if (next !== null) await doStep(world, next);
          return one.portions === null || portions < one.portions;
        },
      });
      return;
    }
    case 'report': {
      if (one.by !== 'berta' && !(await world.maySync(one.by))) return;
      const args = {
        severity: severities[one.severity % 4] ?? 'S3',
        take: one.take && one.by !== 'berta',
        team: one.by === 'berta' ? null : (teams[one.team % 3] ?? null),
        site: one.by === 'berta' ? 'hall' : null,
      };
      await world.report(one.by, args);
      return;
    }
    case 'act':
      return actOn(world, one);
    case 'end': {
      const { ticket } = one;
      await actOn(world, { do: 'act', by: 'dora', ticket, name: 'resolve', to: 0 });
      await actOn(world, { do: 'act', by: 'dora', ticket, name: 'close', to: 0 });
      if (!one.isReopened) return;
      return actOn(world, { do: 'act', by: 'dora', ticket, name: 'reopen', to: 0 });
    }
    case 'move':
      return actOn(world, { ...one, do: 'act', by: 'dora', name: 'transfer' });
    case 'pass':
      return world.forward(spans[one.span] ?? 0);
    case 'member': {
      const { members, ...team } = await teamOf(world, one.team);
      const others = members.filter((key) => key !== one.person);
      const turned = others.length === members.length ? [...members, one.person] : others;
      return world.edit({ teams: { [one.team]: { ...team, members: turned } } });
    }
    case 'lead':
      return world.edit({
        teams: { [one.team]: { ...(await teamOf(world, one.team)), lead: one.person } },
      });
    case 'role': {
      const known = (await world.directory()).person.get(one.person);
      const roles = known?.roles ?? [];
      const turned = roles.includes(one.role as never)
        ? ['staff']
        : ['staff', one.role, ...(one.person === 'ada' ? ['admin'] : [])];
      return world.edit({
        people: { [one.person]: { ...company.people[one.person], roles: turned } },
      });
    }
    case 'disable': {
      // The fallback of the policy stays.
      if (one.person === 'ada') return;
      const isDisabled = (await world.directory()).person.get(one.person)?.disabled === true;
      const item = company.people[one.person];
      return world.edit({ people: { [one.person]: { ...item, disabled: !isDisabled } } });
    }
    case 'reach':
      await world.writer.addContactMethod(methodOf(one.person, one.n));
      return world.forward(0);
    case 'site': {
      const key = `site-${one.site}`;
      await world.writer.editDirectory('ada', ({ directory, now }) => {
        const before = directory.site.get(key) ?? null;
        const item = { name: `Site at ${now}`, client: 'bakery', zone: null, address: null };
        const after = one.isThere ? { ...item, team: null } : null;
        const changes =
          before === null && after === null ? [] : [{ kind: 'site' as const, key, before, after }];
        return { changes, answer: null };
      });
      return;
    }
    case 'epoch':
      await world.ask(`update sync_head set epoch = 'clone ${one.n}'`);
      return;
    case 'sweep':
      return world.writer.sweepMarks(world.clock.now() - one.beforeMs + 1);
  }
}

async function teamOf(world: World, key: Team) {
  const team = (await world.directory()).team.get(key);
  const members = team?.members ?? [];
  return { ...company.teams[key], members, lead: team?.lead ?? company.teams[key].lead };
}

async function actOn(
  world: World,
  { by, ticket: n, name, to }: Extract<Happening, { do: 'act' }>,
): Promise<void> {
  const ticket = world.tickets[n % Math.max(1, world.tickets.length)];
  if (ticket === undefined) return;
  const args = {
    acknowledge: {},
    decline: { page: (await world.ticket(ticket)).pages.find(({ person }) => person === by)?.id },
    release: {},
    progress: { note: 'On it' },
    'change-severity': { severity: severities[to % 4], reason: 'It is so' },
    transfer: { team: teams[to % 2], note: '' },
    resolve: { resolution: '' },
    close: {},
    reopen: { reason: 'Again' },
  }[name];
  if (name === 'decline' && (args as { page?: string }).page === undefined) return;
  await world.act(by, ticket, name as 'transfer', args as never);
}
