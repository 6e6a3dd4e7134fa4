import type { TicketList } from '@rung/protocol/ticket-view.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faults } from '../../server/src/db/faults.ts';
import { coldStore } from '../harness/cold-store.ts';
import { reportArgs, reportMessage, requestOf, send } from '../harness/command.ts';
import { type Dialect, dialects } from '../harness/dialects.ts';
import { type StoredTicket, storedTicket } from '../harness/stored-ticket.ts';
import { minutes, type Story, tellStory } from '../harness/story.ts';

/** The fallback is no admin, so that it shows who is told. */
const directory = {
  ...coldStore,
  policies: { ...coldStore.policies, urgent: { ...coldStore.policies.urgent, fallback: 'max' } },
};

type State = Readonly<Record<string, unknown>>;
type Spoilt = { readonly spoil: (stored: StoredTicket) => Promise<void>; readonly says: RegExp };

/** What can be wrong with a stored ticket, and what the fault then says. */
const spoilt: Readonly<Record<string, Spoilt>> = {
  'whose fold is cut off': { spoil: (stored) => stored.setState('{"id":"01'), says: /read/ },
  'whose fold is nothing': { spoil: (stored) => stored.setState('null'), says: /read/ },
  'that holds the fold of another': {
    spoil: altered((ticket) => ({ ...ticket, id: '01KC0000000000000000000009' })),
    says: /read/,
  },
  'whose policy is not there': {
    spoil: altered((ticket) => ({ ...ticket, policyVersion: 'no@1' })),
    says: /no policy no@1/,
  },
  'whose fault cannot be written as it is': {
    spoil: altered((ticket) => ({ ...ticket, policyVersion: 'no\u0000\ud800@1' })),
    says: /no policy no/,
  },
  'with a rung of no kind': {
    spoil: altered((ticket) => {
      const run = ticket['run'] as { armed: object };
      return { ...ticket, run: { ...run, armed: { ...run.armed, rung: { kind: 'stair' } } } };
    }),
    says: /./,
  },
  'that the database refuses to take again': {
    spoil: altered((ticket) => ({ ...ticket, reportedBy: null })),
    says: /reported_by/,
  },
  'with a log that is longer than it says': {
    spoil: (stored) => stored.shorten(),
    says: /event/,
  },
};

/** Only Postgres refuses such text. */
const spoiltForPostgres: typeof spoilt = {
  ...spoilt,
  'with text that the database refuses': {
    spoil: altered((ticket) => ({ ...ticket, client: 'a\u0000b' })),
    says: /0x00/,
  },
};

const spoiltFor = (dialect: Dialect) =>
  Object.entries(dialect === 'postgres' ? spoiltForPostgres : spoilt);

describe.each(dialects)('a ticket whose deadline throws, on %s', (dialect) => {
  let story: Story;
  beforeEach(async () => {
    story = await tellStory(dialect, { directory });
  });
  afterEach(() => story.end());

  const report = (title: string) => story.report('berta', title, { severity: 'S1' });
  const stored = (ticket: string) => storedTicket(story.house.config.databaseUrl, ticket);
  const known = () => faults(story.house.parts.db);
  const toldOf = (ticket: string, says: string) =>
    story.house.sent.all
      .filter((one) => one.says === says && one.ticket === ticket)
      .map(({ person }) => person);
  const rungs = async (ticket: string) =>
    (await story.timeline(ticket)).events
      .filter(({ name }) => name === 'rung-fired')
      .map(({ args }) => args['rung']);
  const nextTry = async (ticket: string) => {
    const row = await story.house.parts.db.read
      .selectFrom('due')
      .select('due_at')
      .where('id', '=', ticket)
      .executeTakeFirst();
    return (row?.due_at ?? 0) - story.house.clock.now();
  };

  test.for(spoiltFor(dialect))(
    'one %s: the others fire in time, and a person learns of it',
    async ([, { spoil, says }]) => {
      const [before, pump, after] = [await report('a'), await report('pump 3'), await report('b')];
      await spoil(stored(pump));
      await story.house.forward(minutes(5));

      for (const other of [before, after]) {
        expect(await rungs(other)).toEqual([
          { kind: 'step', lap: 1, step: 1 },
          { kind: 'step', lap: 1, step: 2 },
        ]);
        expect(toldOf(other, 'fault')).toEqual([]);
      }
      expect(await known()).toEqual([
        expect.objectContaining({ kind: 'ticket', id: pump, tries: 1 }),
      ]);
      expect((await known())[0]?.error).toMatch(says);
      expect(await nextTry(pump)).toBe(minutes(1));
      expect(story.house.logged.filter((line) => line.includes('a deadline threw'))).toEqual([
        expect.stringMatching(new RegExp(`level: 'error'[^]*${pump}`)),
      ]);
      expect(toldOf(pump, 'fault')).toEqual(['max']);
      expect(story.house.sent.all.findLast(({ says }) => says === 'fault')).toMatchObject({
        title: 'pump 3',
        isLoud: true,
      });
    },
  );

  test('it is tried again after 1, 2, 4 … minutes, at most an hour; from the second time on admins learn of it too', async () => {
    const pump = await report('pump 3');
    await stored(pump).setState('{');
    await story.house.forward(minutes(5));
    const tries = [];
    for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await nextTry(pump)).toBe(minutes(wait));
      tries.push(toldOf(pump, 'fault').length);
      await story.house.forward(minutes(wait));
    }
    // Max; Max and Ada; then once an hour.
    expect(tries).toEqual([1, 3, 3, 3, 3, 3, 5, 7]);
    expect(await known()).toMatchObject([{ tries: 9 }]);
    expect(new Set(toldOf(pump, 'fault'))).toEqual(new Set(['max', 'ada']));
    expect(toldOf(pump, 'fault').slice(0, 3)).toEqual(['max', 'max', 'ada']);
  });

  test('where its fallback person is gone, admins learn of it at once', async () => {
    const pump = await report('pump 3');
    await stored(pump).setState('{');
    await story.edit({
      people: { max: { ...coldStore.people.max, disabled: true } },
      teams: { desk: { ...coldStore.teams.desk, lead: 'dora' } },
      policies: { urgent: coldStore.policies.urgent },
    });
    await story.house.forward(minutes(5));
    expect(toldOf(pump, 'fault')).toEqual(['ada']);
  });

  test.for(['{', 'null', '{}', '[]', '7'])(
    'a command on it is answered 500 and settles nothing; mended, it goes on and the same command counts (%s)',
    async (garbage) => {
      const pump = await report('pump 3');
      const whole = await stored(pump).state();
      await stored(pump).setState(garbage);
      const seen = { generation: 1, severity: 'S1' } as const;
      const request = requestOf('acknowledge', { ticket: pump, seen });
      const otto = await story.as('otto');
      expect((await otto('/api/commands', { json: request })).status).toBe(500);
      await story.house.forward(minutes(5));
      expect((await otto('/api/commands', { json: request })).status).toBe(500);
      expect(await known()).toHaveLength(1);

      await stored(pump).setState(whole);
      await story.house.forward(minutes(1));
      expect(await known()).toEqual([]);
      expect((await rungs(pump)).at(-1)).toEqual({ kind: 'step', lap: 1, step: 2 });
      expect(toldOf(pump, 'page')).toEqual(['mara', 'lena', 'otto']);
      expect(await story.send('otto', request)).toMatchObject({ outcome: 'applied' });
      expect(await story.timeline(pump)).toMatchObject({ owner: 'otto', run: { state: 'acked' } });
    },
  );

  test('when somebody takes it, what was overdue is not, and the fault is over', async () => {
    const pump = await report('pump 3');
    await spoilt['whose policy is not there']?.spoil(stored(pump));
    await story.house.forward(minutes(5));
    expect(await known()).toHaveLength(1);
    await story.act('otto', pump, 'acknowledge', {});
    expect(await known()).toEqual([]);
    expect(await nextTry(pump)).toBe(minutes(30));
  });

  test('its page that cannot be given up waits, and is over when it is answered', async () => {
    story.answer('mara-1', { kind: 'accepted' });
    const pump = await report('pump 3');
    const whole = await stored(pump).state();
    await stored(pump).setState('{');
    await story.house.forward(minutes(1));
    expect(await known()).toMatchObject([{ kind: 'page', tries: 1 }]);
    // That is told when the ticket itself is due; until then nobody is late.
    expect(toldOf(pump, 'fault')).toEqual([]);
    await stored(pump).setState(whole);
    await story.act('mara', pump, 'acknowledge', {});
    expect(await known()).toEqual([]);
  });

  test('one whose first event cannot be read is told of without its title, and holds up no other page', async () => {
    const pump = requestOf('report', reportArgs('pump 3', { severity: 'S1', site: 'oven-hall' }));
    const { house } = story;
    await send(await story.as('berta'), pump);
    await stored(pump.command.args.ticket).spoilFirstEvent();
    await send(
      await story.as('berta'),
      reportMessage('fan', { severity: 'S1', site: 'oven-hall' }),
    );
    await house.look();
    expect(house.sent.all.map(({ person, title }) => [person, title])).toEqual([
      ['mara', ''],
      ['mara', 'fan'],
    ]);
  });

  test('a list that it stands in shows the others', async () => {
    const [before, pump, after] = [await report('a'), await report('pump 3'), await report('b')];
    await stored(pump).setState('{');
    for (const person of ['ada', 'berta', 'mara'] as const) {
      const door = person === 'berta' ? '/api/portal' : '/api/tickets';
      const answer = await (await story.as(person))(door);
      expect([person, answer.status]).toEqual([person, 200]);
      const { tickets, hasMore } = (await answer.json()) as TicketList;
      expect(tickets.map(({ id }) => id)).toEqual([after, before]);
      expect(hasMore).toBe(false);
    }
    expect(story.house.logged.join()).toMatch(new RegExp(`cannot be read[^]*${pump}`));
  });
});

function altered(change: (ticket: State) => State): Spoilt['spoil'] {
  return async (stored) => {
    const ticket = JSON.parse(await stored.state()) as State;
    await stored.setState(JSON.stringify(change(ticket)));
  };
}
