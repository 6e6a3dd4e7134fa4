import type { PortalList, PortalWhole } from '@rung/protocol/portal.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportMessage } from '../harness/command.ts';
import { company, type PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { coldStore } from '../harness/cold-store.ts';
import { hours, minutes, type Story, tellStory } from '../harness/story.ts';

/** The bakery's contract; Bernd, also of the bakery, reads his own tickets only. */
const withContract = {
  ...coldStore,
  people: { ...coldStore.people, bernd: company.people.bernd },
  contracts: {
    gold: {
      name: 'Gold',
      client: 'bakery',
      targets: { S1: { 'first-response': '15m', 'next-update': '1h', resolution: '4h' } },
    },
  },
};

describe.each(dialects)('the portal on %s', (dialect) => {
  let story: Story;
  beforeAll(async () => {
    story = await tellStory(dialect, {
      directory: withContract,
      reachable: ['ada', 'mara', 'lena', 'otto'],
    });
  });
  afterAll(() => story.end());

  const visit = async (person: PersonKey, path: string) => (await story.as(person))(path);
  const read = async (person: PersonKey, id: string) =>
    (await (await visit(person, `/api/portal/${id}`)).json()) as PortalWhole;
  const list = async (person: PersonKey) =>
    (await (await visit(person, '/api/portal')).json()) as PortalList;
  const lines = ({ entries }: PortalWhole) =>
    entries.map(({ author, what, text }) =>
      [author.who, what, ...(text === null ? [] : [text])].join(' '),
    );

  test('a client reads what is promised and where it stands, as we work on it', async () => {
    const { clock } = story.house;
    const start = clock.now();
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(await read('berta', pump)).toMatchObject({
      ticket: {
        title: 'pump 3 leaks',
        state: 'received',
        site: { key: 'oven-hall', name: 'Oven hall' },
        reportedBy: { who: 'you' },
        hasItSince: null,
        nextCallAt: start + minutes(5),
        promise: {
          firstResponse: { by: start + minutes(15), metAt: null },
          nextUpdate: { by: start + hours(1) },
          resolution: { by: start + hours(4), metAt: null },
        },
      },
      acts: ['comment'],
      now: start,
    });

    await story.house.forward(minutes(2));
    const ackedAt = clock.now();
    await story.act('mara', pump, 'acknowledge', {});
    expect((await read('berta', pump)).ticket).toMatchObject({
      state: 'in-work',
      hasItSince: ackedAt,
      nextCallAt: null,
      promise: {
        firstResponse: { by: start + minutes(15), metAt: ackedAt },
        nextUpdate: { by: ackedAt + hours(1) },
      },
    });

    await story.house.forward(minutes(10));
    story.heard();
    await story.act('mara', pump, 'comment', { note: 'somebody comes at 14:00' });
    expect((await read('berta', pump)).ticket.promise?.nextUpdate?.by).toBe(clock.now() + hours(1));
    expect(story.heard()).toEqual([]);
    await story.act('berta', pump, 'comment', { note: 'the door is open' });
    expect(story.heard()).toEqual(['13:12 mara client-wrote']);

    await story.house.forward(minutes(20));
    await story.act('mara', pump, 'resolve', { resolution: 'a new seal' });
    expect(await read('berta', pump)).toMatchObject({
      ticket: {
        state: 'solved',
        promise: { nextUpdate: null, resolution: { metAt: clock.now() } },
      },
      acts: ['comment', 'reopen'],
    });

    await story.house.forward(hours(2));
    await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
    const back = await read('berta', pump);
    expect(back.ticket).toMatchObject({
      state: 'received',
      promise: {
        nextUpdate: { by: clock.now() + hours(1) },
        resolution: { by: start + hours(6), metAt: null },
      },
    });
    expect(lines(back)).toEqual([
      'you reported',
      'us taken',
      'us commented somebody comes at 14:00',
      'you commented the door is open',
      'us solved',
      'you reopened it drips again',
    ]);
    expect((await list('berta')).tickets.find(({ id }) => id === pump)).toEqual(back.ticket);
  });

  test('nothing of ours is in it', async () => {
    const fan = await story.report('berta', 'fan is loud', { severity: 'S1' });
    await story.act('mara', fan, 'progress', { note: 'secret: the bearing' });
    await story.act('mara', fan, 'acknowledge', {});
    await story.act('mara', fan, 'transfer', { team: 'desk', note: 'secret: a ladder' });
    await story.act('dora', fan, 'change-severity', { severity: 'S2', reason: 'secret: calm' });
    await story.act('dora', fan, 'resolve', { resolution: 'secret: oil' });
    const text = JSON.stringify([await read('berta', fan), await list('berta')]);
    expect(text).not.toMatch(/secret|mara|lena|otto|dora|\bcold\b|desk|urgent|prompt|policy/i);
    expect(lines(await read('berta', fan))).toEqual([
      'you reported',
      'us taken',
      'us given-up',
      'us severity-changed S2',
      'us solved',
    ]);
  });

  test('a ticket of which nothing is promised says so', async () => {
    const door = await story.report('berta', 'door squeaks', { severity: 'S3' });
    expect((await read('berta', door)).ticket.promise).toBeNull();
    await story.act('mara', door, 'acknowledge', {});
    expect(await story.added(door)).not.toContain('promised');
  });

  test('a colleague of his reads who wrote what; who reads his own only, does not', async () => {
    const berndsOwn = await story.report('bernd', 'light is off', { severity: 'S1' });
    await story.act('berta', berndsOwn, 'comment', { note: 'for me, too' });
    const seen = await read('bernd', berndsOwn);
    expect(seen.entries.map(({ author }) => author)).toEqual([
      { who: 'you' },
      { who: 'colleague', name: 'Berta' },
    ]);
    expect((await read('berta', berndsOwn)).ticket.reportedBy).toEqual({
      who: 'colleague',
      name: 'Bernd',
    });
    const bertas = await story.report('berta', 'lamp is off', { severity: 'S1' });
    expect((await visit('bernd', `/api/portal/${bertas}`)).status).toBe(404);
    expect((await list('bernd')).tickets.map(({ id }) => id)).toEqual([berndsOwn]);
    const refused = await story.act('bernd', bertas, 'comment', { note: 'mine?' });
    expect(refused).toMatchObject({ outcome: 'rejected', code: 'unknown-ticket' });
  });

  test('another company’s ticket is not there, like one that never was; ours have no portal', async () => {
    const pump = await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
    const foreign = await visit('klara', `/api/portal/${pump}`);
    const nobodys = await visit('klara', '/api/portal/01KAHJ3ZZZZZZZZZZZZZZZZZZ9');
    expect([foreign.status, await foreign.text()]).toEqual([404, await nobodys.text()]);
    expect((await list('klara')).tickets).toEqual([]);
    for (const person of ['mara', 'dora', 'max', 'ada'] as const) {
      expect((await visit(person, `/api/portal/${pump}`)).status).toBe(403);
      expect((await visit(person, '/api/portal')).status).toBe(403);
    }
    for (const path of ['/api/tickets', `/api/tickets/${pump}`]) {
      expect((await visit('berta', path)).status).toBe(403);
    }
  });

  test('the list comes in portions, the newest first', async () => {
    const before = await list('klara');
    expect(before).toMatchObject({ tickets: [], hasMore: false });
    for (let n = 0; n < 101; n += 1) await story.send('klara', reportMessage(`bed ${n}`));
    const first = await list('klara');
    expect([first.tickets.length, first.hasMore, first.tickets[0]?.title]).toEqual([
      100,
      true,
      'bed 100',
    ]);
    const last = first.tickets.at(-1)?.number;
    const rest = (await (await visit('klara', `/api/portal?before=${last}`)).json()) as PortalList;
    expect([rest.tickets.map(({ title }) => title), rest.hasMore]).toEqual([['bed 0'], false]);
  });
});
