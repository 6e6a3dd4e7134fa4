import type { Ticket } from '@rung/domain/ticket/ticket.ts';
import { expect, test } from 'vitest';
import type { Hands } from './acts.ts';
import { ableOf, commandsFor } from './many.ts';

const person = (roles: readonly string[]) => ({ roles, client: null, disabled: false });
const hands = {
  person: 'dora',
  now: 0,
  company: {
    person: new Map([['dora', person(['dispatcher'])]]),
    team: new Map([
      ['cold', { lead: 'lena', members: [] }],
      ['desk', { lead: 'max', members: [] }],
    ]),
  },
} as unknown as Hands;

const plain = {
  phase: 'open',
  severity: 'S2',
  generation: 1,
  teamGeneration: 1,
  team: 'cold',
  owner: null,
  coResponders: [],
  pages: [],
  formerTeams: [],
  formerAudience: [],
  informed: [],
  expiry: null,
  run: { state: 'active', released: [], armed: null, fired: null, reached: null },
} as unknown as Ticket;
const row = (id: string, more: Partial<Ticket> = {}) => ({ id, state: { ...plain, id, ...more } });

const a = row('a');
const over = row('b', { phase: 'resolved' });
const acked = { ...plain.run, state: 'acked' } as Ticket['run'];
const mine = row('c', { owner: 'dora', phase: 'acknowledged', run: acked });
const elsewhere = row('d', { team: 'desk' });

test('each ticket gets a command of its own, and what changes nothing is left out', () => {
  const done = commandsFor('acknowledge', [a, over, mine, elsewhere], hands);
  expect(done.map(({ row: { id } }) => id)).toEqual(['a', 'd']);
  expect(done[0]?.command).toEqual({
    name: 'acknowledge',
    args: { ticket: 'a', seen: { generation: 1, severity: 'S2' } },
  });
});

test('what is with the team already is not handed over to it', () => {
  const typed = { text: 'Found: rust', team: 'desk', severity: '' } as const;
  const done = commandsFor('transfer', [a, over, mine, elsewhere], hands, typed);
  expect(done.map(({ row: { id } }) => id)).toEqual(['a', 'c']);
  expect(done[0]?.command.args).toMatchObject({ team: 'desk', note: 'Found: rust' });
  expect(ableOf('transfer', [a, over, elsewhere], hands)).toEqual([a, elsewhere]);
});
