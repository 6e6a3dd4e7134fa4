import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { severities } from '../directory/directory.ts';
import { day, hour, minute, newWorld, type World } from '../escalation/test-world.ts';
import { append } from '../ticket/append.ts';
import type { Command } from '../ticket/commands.ts';
import { decide } from '../ticket/decide.ts';
import { isWaitingForSign, type Ticket } from '../ticket/ticket.ts';
import { type Act, acts, actsOf, type Hands, severitiesFor } from './acts.ts';
import { permits } from './permits.ts';

function reported(severity: 'S1' | 'S2' = 'S2'): World {
  const world = newWorld();
  world.report({ severity }, 'berta');
  return world;
}

function offered(world: World, person: string): readonly Act[] {
  const { directory, now } = world.context();
  return [...actsOf(world.ticket(), { person, company: directory, now })];
}

describe('a ticket that nobody has', () => {
  test('is offered to whoever was paged', () => {
    expect(offered(reported(), 'mara')).toEqual([
      'acknowledge',
      'decline',
      'progress',
      'comment',
      'change-severity',
      'transfer',
      'resolve',
      'attach',
    ]);
  });

  test('is not declined by who was not paged', () => {
    expect(offered(reported(), 'otto')).not.toContain('decline');
    expect(offered(reported(), 'otto')).toContain('acknowledge');
  });

  test('offers no words to a client where there is none', () => {
    const world = newWorld();
    world.report({ severity: 'S2' }, 'nils');
    expect(world.ticket().client).toBeNull();
    expect(offered(world, 'mara')).not.toContain('comment');
  });

  test('offers nothing to whoever may not read it, and a client to write', () => {
    expect(offered(reported(), 'fred')).toEqual([]);
    expect(offered(reported(), 'berta')).toEqual(['comment']);
  });
});

describe('whoever has it', () => {
  const had = (): World => {
    const world = reported();
    world.as('mara').acknowledge();
    return world;
  };

  test('can give it back, and need not say again that he has it', () => {
    expect(offered(had(), 'mara')).toContain('release');
    expect(offered(had(), 'mara')).not.toContain('acknowledge');
  });

  test('can say so again when he is asked', () => {
    const world = had();
    world.forward(2 * hour + minute);
    expect(world.ticket().expiry?.isAsked).toBe(true);
    expect(offered(world, 'mara')).toContain('acknowledge');
  });

  test('is helped by a colleague, who can neither give it back nor solve it', () => {
    const otto = offered(had(), 'otto');
    expect(otto).toContain('acknowledge');
    expect(otto).not.toContain('release');
    expect(otto).not.toContain('resolve');
  });
});

test('who only works on it raises its severity, its lead lowers it too', () => {
  const world = reported();
  const { directory: company, now } = world.context();
  expect(severitiesFor(world.ticket(), { person: 'mara', company, now })).toEqual(['S1']);
  expect(severitiesFor(world.ticket(), { person: 'lena', company, now })).toEqual([
    'S1',
    'S3',
    'S4',
  ]);
});

describe('what is solved', () => {
  const solved = (): World => {
    const world = reported();
    world.as('mara').acknowledge();
    world.as('mara').resolve();
    return world;
  };

  test('is reopened by a colleague and closed by the lead', () => {
    expect(offered(solved(), 'mara')).toEqual(['progress', 'comment', 'reopen', 'attach']);
    expect(offered(solved(), 'lena')).toEqual(['progress', 'comment', 'close', 'reopen', 'attach']);
  });

  test('stays solved after its window', () => {
    const world = solved();
    world.forward(4 * day);
    expect(offered(world, 'lena')).toEqual(['progress', 'comment', 'attach']);
  });
});

const people = ['mara', 'otto', 'nils', 'lena', 'dora', 'max', 'ada', 'fred', 'berta'] as const;

type Deed = (world: World, person: string) => unknown;
const deeds: readonly Deed[] = [
  (world, person) => world.as(person).acknowledge(),
  (world, person) => world.as(person).decline(),
  (world, person) => world.as(person).release(),
  (world, person) => world.as(person).progress(),
  (world, person) => world.as(person).comment(),
  (world, person) => world.as(person).transfer(world.ticket().team === 'new' ? 'cold' : 'new'),
  (world, person) => world.as(person).resolve(),
  (world, person) => world.as(person).close(),
  (world, person) => world.as(person).reopen(),
  ...severities.map(
    (one): Deed =>
      (world, person) =>
        world.as(person).rates(one),
  ),
];

const step = fc.oneof(
  fc.tuple(fc.constantFrom(...people), fc.constantFrom(...deeds)),
  fc.constantFrom(minute, 6 * minute, hour, 3 * hour, day),
);

/** Every command of the kind that this person could give by what he sees. */
function commandsOf(act: Act, ticket: Ticket, teams: Iterable<string>): readonly Command[] {
  const seen = { generation: ticket.generation, severity: ticket.severity };
  const said = { seen, note: 'it drips', reason: '', resolution: '' };
  const file = { file: 'f', hash: 'h', size: 1, type: 'image/jpeg', thumbnail: null };
  const choices: readonly object[] =
    act === 'transfer'
      ? [...teams].map((team) => ({ team }))
      : act === 'change-severity'
        ? severities.map((severity) => ({ severity }))
        : act === 'decline'
          ? ticket.pages.map(({ id }) => ({ page: id }))
          : [file];
  return choices.map(
    (choice) => ({ name: act, args: { ticket: ticket.id, ...said, ...choice } }) as Command,
  );
}

/** Told by the ticket before and after, not by what the facts call themselves. */
function changesSomething(command: Command, ticket: Ticket, { person, now }: Hands): boolean {
  const decided = decide(ticket, command, { by: person, actedAt: now, ackExpiresAt: null }, now);
  if (!decided.ok || decided.value.facts.length === 0) return false;
  const stamp = {
    ticket: ticket.id,
    by: person,
    recordedAt: now,
    claimedAt: now,
    cause: () => 'u',
  };
  const after = append({ ticket, seq: 1, added: [] }, decided.value.facts, stamp).ticket;
  const carriesWords = ['progress', 'comment', 'attach'].includes(command.name);
  const isAnswer = command.name === 'acknowledge' && isWaitingForSign(ticket);
  return carriesWords || isAnswer || JSON.stringify(after) !== JSON.stringify(ticket);
}

test('an act is offered exactly when its person may and it changes something', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (story) => {
      const world = newWorld();
      world.report({ severity: 'S2' }, 'berta');
      for (const one of story) {
        if (typeof one === 'number') world.forward(one);
        else one[1](world, one[0]);
      }
      const ticket = world.ticket();
      const { directory: company, now } = world.context();
      for (const person of people) {
        const hands = { person, company, now };
        const possible = acts.filter((act) =>
          commandsOf(act, ticket, company.team.keys()).some(
            (command) =>
              permits(person, command, ticket, company, now) === 'yes' &&
              changesSomething(command, ticket, hands),
          ),
        );
        expect({ person, offered: [...actsOf(ticket, hands)] }).toEqual({
          person,
          offered: possible,
        });
      }
    }),
    { numRuns: 100 },
  );
});
