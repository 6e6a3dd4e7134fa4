import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportMessage, requestOf } from '../harness/command.ts';
import type { PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { coldStore } from '../harness/cold-store.ts';
import { type Name, type Story, tellStory } from '../harness/story.ts';

const seen = { generation: 1, severity: 'S1' } as const;
/** Every command that acts on a ticket, as whoever saw it at its first page sends it. */
const args = {
  acknowledge: { seen },
  decline: { page: '' },
  release: {},
  progress: { seen, note: 'I look at it' },
  comment: { note: 'somebody comes at 14:00' },
  'change-severity': { seen, severity: 'S2', reason: 'it is not so bad' },
  transfer: { seen, team: 'desk', note: 'needed: a ladder' },
  resolve: { seen, resolution: 'a new seal' },
  close: {},
  reopen: { reason: 'it drips again' },
  attach: {
    file: '01KAHJ3ZZZZZZZZZZZZZZZZZZ8',
    hash: 'ab'.repeat(32),
    size: 1000,
    type: 'image/jpeg',
    thumbnail: null,
  },
} as const satisfies Record<Name, object>;
const names = Object.keys(args) as readonly Name[];
const nobodys = '01KAHJ3ZZZZZZZZZZZZZZZZZZ9';

function commandOn(ticket: string, name: Name) {
  const more = name === 'decline' ? { page: `${ticket}.4.1` } : {};
  return requestOf(name, { ...args[name], ...more, ticket } as never);
}

const { people, teams, policies } = coldStore;
/** Bernd works at the desk; of urgent tickets of the cold store he may be the first to be asked. */
const withBernd = {
  people: { bernd: { name: 'Bernd', email: people.mara.email.replace('mara', 'bernd') } },
  teams: { desk: { ...teams.desk, members: ['dora', 'bernd'] } },
};
const bernd = [{ targets: 'person:bernd', delay: '5m' }];
const bernds = { policies: { prompt: { ...policies.prompt, response: bernd } } };

describe.each(dialects)('who may do what to a ticket of the cold store, on %s', (dialect) => {
  let story: Story;
  beforeAll(async () => {
    story = await tellStory(dialect);
    await story.edit(withBernd);
    await story.edit(bernds);
  });
  afterAll(() => story.end());

  const open = () => story.report('berta', 'pump 3 leaks', { severity: 'S1' });
  const taken = async () => {
    const ticket = await open();
    await story.act('mara', ticket, 'acknowledge', {});
    return ticket;
  };
  const resolved = async () => {
    const ticket = await taken();
    await story.act('mara', ticket, 'resolve', { resolution: 'a new seal' });
    return ticket;
  };
  const codesOf = async (ticket: string, name: Name, people: readonly PersonKey[]) => {
    const codes: (string | null)[] = [];
    for (const person of people) {
      const { outcome, code } = await story.send(person, commandOn(ticket, name));
      codes.push(outcome === 'rejected' ? code : outcome);
    }
    return codes;
  };

  test.each(names)(
    '%s: a stranger is told the same as about a ticket that is not',
    async (name) => {
      const ticket = await taken();
      // The uid is the sender's own; all else must be the same.
      const answersTo = async (person: PersonKey, id: string) => {
        const json = commandOn(id, name);
        const answer = await (await story.as(person))('/api/commands', { json });
        const text = (await answer.text()).replace(json.command.uid, '');
        return [answer.status, [...answer.headers.keys()].sort(), text];
      };
      for (const person of ['klara', 'bernd'] as const) {
        expect(await answersTo(person, ticket)).toEqual(await answersTo(person, nobodys));
      }
      expect(await story.stands(ticket)).toMatchObject({ phase: 'acknowledged', owner: 'mara' });
    },
  );

  test('whoever may see all is told of a ticket that is not, too', async () => {
    for (const name of names) {
      expect(await codesOf(nobodys, name, ['ada', 'dora', 'max'])).toEqual([
        'unknown-ticket',
        'unknown-ticket',
        'unknown-ticket',
      ]);
    }
  });

  test('a client may not take, acknowledge, work on, rate, decline, give back, transfer, resolve or close', async () => {
    const ticket = await open();
    const forbidden = names.filter((name) => name !== 'reopen' && name !== 'comment');
    for (const name of forbidden) {
      expect(await codesOf(ticket, name, ['berta'])).toEqual(['not-permitted']);
    }
    const take = reportMessage('mine', { site: 'oven-hall', severity: 'S1', take: true });
    expect(await story.send('berta', take)).toMatchObject({ code: 'not-permitted' });
    expect(await story.stands(ticket)).toMatchObject({
      phase: 'open',
      owner: null,
      severity: 'S1',
    });
  });

  test('a client reads how it stands, and nothing of who, when and why', async () => {
    const ticket = await taken();
    const berta = await story.as('berta');
    expect(await (await berta(`/api/portal/${ticket}`)).json()).toMatchObject({
      ticket: { state: 'in-work' },
    });
    const hidden = await berta(`/api/tickets/${ticket}/timeline`);
    const none = await (await story.as('ada'))(`/api/tickets/${nobodys}/timeline`);
    expect([hidden.status, none.status]).toEqual([403, 404]);
  });

  test('only lead, dispatcher, manager and admin lower it', async () => {
    for (const person of ['mara', 'otto'] as const) {
      expect(await codesOf(await taken(), 'change-severity', [person])).toEqual(['not-permitted']);
    }
    for (const person of ['lena', 'dora', 'max', 'ada'] as const) {
      expect(await codesOf(await taken(), 'change-severity', [person])).toEqual(['applied']);
    }
  });

  test('only lead, dispatcher, manager and admin close it', async () => {
    expect(await codesOf(await resolved(), 'close', ['mara', 'otto', 'berta'])).toEqual([
      'not-permitted',
      'not-permitted',
      'not-permitted',
    ]);
    for (const person of ['lena', 'dora', 'max', 'ada'] as const) {
      expect(await codesOf(await resolved(), 'close', [person])).toEqual(['applied']);
    }
  });

  test('whoever has it, helps, leads or dispatches resolves it, and nobody else', async () => {
    expect(await codesOf(await taken(), 'resolve', ['otto'])).toEqual(['not-permitted']);
    const helped = await taken();
    await story.act('otto', helped, 'acknowledge', {});
    expect(await codesOf(helped, 'resolve', ['otto'])).toEqual(['applied']);
    for (const person of ['mara', 'lena', 'dora'] as const) {
      expect(await codesOf(await taken(), 'resolve', [person])).toEqual(['applied']);
    }
  });

  describe('of another team', () => {
    const read = async (ticket: string) =>
      (await (await story.as('bernd'))(`/api/tickets/${ticket}`)).status;

    test('he is a stranger, until he is paged: then he reads it and takes it', async () => {
      const foreign = await open();
      expect(await read(foreign)).toBe(404);
      const paged = await story.report('berta', 'pump 4 drips', { severity: 'S2' });
      expect(await read(paged)).toBe(200);
      const timeline = await (await story.as('bernd'))(`/api/tickets/${paged}/timeline`);
      expect(timeline.status).toBe(200);
      expect(await codesOf(paged, 'acknowledge', ['bernd'])).toEqual(['applied']);
      expect(await story.stands(paged)).toMatchObject({ owner: 'bernd', run: 'acked' });
      expect(await codesOf(paged, 'resolve', ['bernd'])).toEqual(['applied']);
      expect(await read(paged)).toBe(200);
    });

    test('he keeps what he was paged about when it is raised, and loses it when it is reopened', async () => {
      const paged = await story.report('berta', 'pump 4 drips', { severity: 'S2' });
      const raise = { severity: 'S1', reason: 'it leaks' } as const;
      await story.act('lena', paged, 'change-severity', raise);
      expect(await read(paged)).toBe(200);
      await story.act('lena', paged, 'resolve', { resolution: 'a new seal' });
      await story.act('lena', paged, 'reopen', { reason: 'it drips again' });
      expect(await read(paged)).toBe(404);
    });

    test('he finds what he was paged about in his list', async () => {
      const paged = await story.report('berta', 'pump 4 drips', { severity: 'S2' });
      const list = await (await story.as('bernd'))('/api/tickets');
      expect(await list.text()).toContain(paged);
    });
  });
});
