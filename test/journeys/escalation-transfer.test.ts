import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import type { PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { hours, minutes, type Story, tellStory } from '../harness/story.ts';

/**
 * "This is another team's." The cold store has Mara (on call) and Otto, and Lena leads it; the desk has Dora, who
 * dispatches, without a rota, and Max leads it. An urgent ticket asks whoever is on call, after 5 min the lead and Otto.
 */
describe.each(dialects)('a ticket that is transferred, on %s', (dialect) => {
  let story: Story;
  let pump = '';
  beforeEach(async () => {
    story = await tellStory(dialect);
    pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual(['13:00 mara page']);
  });
  afterEach(() => story.end());

  const transfer = (person: PersonKey, team: string, note = 'needed: a ladder') =>
    story.act(person, pump, 'transfer', { team, note });
  const reads = async (person: PersonKey) =>
    (await (await story.as(person))(`/api/${person === 'berta' ? 'portal' : 'tickets'}/${pump}`))
      .status;
  const teamOf = async () => (await story.ticket(pump)).team?.key;

  test('is taken back from whoever was asked, and the other team is asked by its ladder', async () => {
    await story.house.forward(minutes(2));
    await story.added(pump);
    expect(await transfer('dora', 'desk')).toMatchObject({ outcome: 'applied', code: null });
    expect(story.heard()).toEqual(['13:02 mara moved', '13:02 dora page']);
    expect(await story.added(pump)).toEqual([
      'transferred',
      'routed',
      'run-started',
      'rung-fired',
      'rung-armed',
      'informed',
    ]);
    expect(await teamOf()).toBe('desk');
    expect(await story.stands(pump)).toMatchObject({
      phase: 'open',
      generation: 2,
      owner: null,
      run: 'active',
      next: '1.2 at 13:07',
    });
    await story.house.forward(minutes(5));
    expect(story.heard()).toEqual(['13:07 max page', '13:07 otto page']);
  });

  test('is let go by whoever had it; who helped is told', async () => {
    await story.act('mara', pump, 'acknowledge', {});
    await story.act('otto', pump, 'acknowledge', {});
    story.heard();
    expect(await transfer('mara', 'desk')).toMatchObject({ outcome: 'applied', code: null });
    expect(story.heard()).toEqual(['13:00 dora page', '13:00 otto transferred']);
    expect(await story.stands(pump)).toMatchObject({
      owner: null,
      coResponders: [],
      run: 'active',
    });
    const { events } = await story.timeline(pump);
    expect(events.find(({ name }) => name === 'transferred')).toMatchObject({
      by: 'mara',
      args: { from: 'cold', team: 'desk', had: ['mara', 'otto'], note: 'needed: a ladder' },
    });
    // Nobody's acknowledgement of before lapses any more.
    await story.act('dora', pump, 'acknowledge', {});
    story.heard();
    await story.house.forward(minutes(30));
    expect(story.heard()).toEqual(['13:30 dora still-on-it']);
  });

  test('is not stopped by an acknowledgement that arrives late; one more tap, and she helps', async () => {
    const late = await story.offline('mara', pump);
    await story.house.forward(minutes(1));
    await transfer('dora', 'desk');
    story.heard();
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'stale' });
    expect(story.heard()).toEqual(['13:01 dora already-on-it']);
    expect(await story.stands(pump)).toMatchObject({ owner: null, run: 'active' });
    expect(await story.act('mara', pump, 'acknowledge', {})).toMatchObject({ code: null });
    expect(story.heard()).toEqual(['13:01 dora taken']);
  });

  test('is answered late by anybody of the team before: he is heard, and does not read it by that', async () => {
    const otto = await story.offline('otto', pump);
    await story.house.forward(minutes(1));
    await transfer('dora', 'desk');
    story.heard();
    const events = (await story.timeline(pump)).events.length;
    expect(await otto('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'stale' });
    expect(story.heard()).toEqual(['13:01 dora already-on-it']);
    expect(await otto('progress', { note: 'the seal is torn' })).toMatchObject({
      outcome: 'applied',
      code: 'noted',
    });
    expect(story.heard()).toEqual([]);
    expect(await otto('resolve', { resolution: 'a new seal' })).toMatchObject({
      outcome: 'applied',
      code: 'proposed',
    });
    expect(story.heard()).toEqual(['13:01 dora proposed']);
    expect(await reads('otto')).toBe(404);
    const told = (await story.timeline(pump)).events.slice(events);
    expect(told.filter(({ by, claimedAt }) => by === 'otto' && claimedAt !== null)).toMatchObject([
      { name: 'acknowledged', args: { effect: 'stale' } },
      { name: 'progressed', args: { effect: 'noted', note: 'the seal is torn' } },
      { name: 'resolved', args: { effect: 'proposed', resolution: 'a new seal' } },
    ]);
    expect(await story.stands(pump)).toMatchObject({ phase: 'open', owner: null, run: 'active' });
    expect((await otto('transfer', { team: 'cold', note: '' })).code).toBe('unknown-ticket');
    expect((await story.act('otto', pump, 'acknowledge', {})).code).toBe('unknown-ticket');
  });

  test('is answered late by the team before also after it was solved or opened again', async () => {
    const otto = await story.offline('otto', pump);
    const klara = await story.offline('klara', pump);
    await story.house.forward(minutes(1));
    await transfer('dora', 'desk');
    await story.act('dora', pump, 'acknowledge', {});
    story.heard();
    expect(await otto('acknowledge', {})).toMatchObject({ code: 'stale' });
    expect(story.heard()).toEqual(['13:01 dora already-on-it']);
    await story.act('dora', pump, 'resolve', { resolution: 'a new seal' });
    expect(await otto('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'ended' });
    expect(await otto('resolve', { resolution: '' })).toMatchObject({ code: 'ended' });
    await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
    expect(await otto('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'stale' });
    expect((await klara('acknowledge', {})).code).toBe('unknown-ticket');
  });

  test('is answered late by whoever was of the team before when he acted, and by nobody else', async () => {
    const otto = await story.offline('otto', pump);
    await story.house.forward(minutes(1));
    await story.edit(withoutOtto);
    await transfer('dora', 'desk');
    await story.house.forward(minutes(1));
    expect(await otto('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'stale' });
    const later = await story.offline('otto', pump);
    await story.house.forward(minutes(1));
    const seen = { generation: 1, severity: 'S1' } as const;
    expect((await later('acknowledge', {}, { seen })).code).toBe('unknown-ticket');
  });

  test('does not ask whoever passed it on, where there is anybody else to ask', async () => {
    await story.edit({ teams: { desk: { name: 'Desk', members: ['dora', 'lena'], lead: 'max' } } });
    await transfer('dora', 'desk');
    expect(story.heard()).toEqual(['13:00 mara moved', '13:00 lena page']);
    expect(await story.stands(pump)).toMatchObject({ run: 'active', next: '1.2 at 13:05' });
  });

  test('is not taken out of hands that its sender did not see', async () => {
    const late = await story.offline('dora', pump);
    await story.house.forward(minutes(1));
    await story.act('mara', pump, 'acknowledge', {});
    const again = { team: 'desk', note: 'needed: a ladder' };
    expect(await late('transfer', again)).toMatchObject({ outcome: 'rejected', code: 'moved' });
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', generation: 1 });

    const later = await story.offline('dora', pump);
    await story.act('lena', pump, 'change-severity', { severity: 'S2', reason: 'it is dry' });
    await story.act('lena', pump, 'change-severity', { severity: 'S1', reason: 'it is not' });
    expect(await later('transfer', again)).toMatchObject({ outcome: 'rejected', code: 'moved' });
    expect(await teamOf()).toBe('cold');
  });

  test('goes back as it came, with everybody asked anew', async () => {
    await transfer('dora', 'desk');
    story.heard();
    await story.act('dora', pump, 'decline', { page: await story.pageOf('dora', pump) });
    expect(story.heard()).toEqual(['13:00 max page', '13:00 otto page']);
    await transfer('max', 'cold');
    expect(story.heard()).toEqual(['13:00 max moved', '13:00 otto moved', '13:00 mara page']);
    expect(await story.stands(pump)).toMatchObject({ generation: 3, next: '1.2 at 13:05' });
  });

  test('to a team that is not there, or once it is over, is refused; to its own it is so already', async () => {
    expect(await transfer('dora', 'nowhere')).toMatchObject({ code: 'unknown-team' });
    expect(await transfer('dora', 'cold', '')).toMatchObject({
      outcome: 'noop',
      code: 'already-so',
    });
    expect(await transfer('dora', 'cold')).toMatchObject({
      outcome: 'applied',
      code: 'already-so',
    });
    expect(story.heard()).toEqual([]);
    await story.act('lena', pump, 'resolve', { resolution: 'a new seal' });
    expect(await transfer('dora', 'desk')).toMatchObject({ code: 'not-open' });
    expect(await teamOf()).toBe('cold');
  });

  test('is so by whoever has it, the lead and who looks over all; while it is free by any of the team', async () => {
    const codes: (string | null)[] = [];
    for (const person of ['berta', 'klara'] as const) {
      codes.push((await transfer(person, 'desk')).code);
    }
    await story.act('mara', pump, 'acknowledge', {});
    codes.push((await transfer('otto', 'desk')).code);
    expect(codes).toEqual(['not-permitted', 'unknown-ticket', 'not-permitted']);
    for (const person of ['mara', 'lena', 'dora', 'max', 'ada'] as const) {
      const one = await story.report('berta', 'pump 4 drips', { severity: 'S1' });
      await story.act('mara', one, 'acknowledge', {});
      const outcome = await story.act(person, one, 'transfer', { team: 'desk', note: '' });
      expect([person, outcome.outcome]).toEqual([person, 'applied']);
    }
    const free = await story.report('berta', 'pump 5 drips', { severity: 'S1' });
    const outcome = await story.act('otto', free, 'transfer', { team: 'desk', note: '' });
    expect(outcome).toMatchObject({ outcome: 'applied' });
  });

  test('is read by the other team, by whoever had to do with it, and by nobody else of the team before', async () => {
    await story.edit(withBernd);
    expect([await reads('otto'), await reads('bernd')]).toEqual([200, 404]);
    await story.act('mara', pump, 'acknowledge', {});
    await transfer('mara', 'desk');
    expect([await reads('mara'), await reads('bernd'), await reads('otto')]).toEqual([
      200, 200, 404,
    ]);
    expect((await story.act('otto', pump, 'acknowledge', {})).code).toBe('unknown-ticket');
  });

  test('is put away 72 hours after it was closed: then whoever had it once is a stranger', async () => {
    await story.act('mara', pump, 'acknowledge', {});
    await transfer('mara', 'desk');
    await story.act('dora', pump, 'resolve', { resolution: 'a new seal' });
    await story.act('dora', pump, 'close', {});
    await story.house.forward(hours(72) - 1);
    expect(await reads('mara')).toBe(200);
    await story.house.forward(1);
    expect((await story.timeline(pump)).events.at(-1)).toMatchObject({
      name: 'put-away',
      by: '@engine',
    });
    expect([await reads('mara'), await reads('berta'), await reads('dora')]).toEqual([
      404, 200, 200,
    ]);
    expect(await story.stands(pump)).toMatchObject({ phase: 'closed' });
    // What she had said without net still counts, as of anything that is over.
    const seen = { generation: 1, severity: 'S1' } as const;
    expect(await story.act('mara', pump, 'acknowledge', {}, { seen })).toMatchObject({
      outcome: 'applied',
      code: 'ended',
    });
    expect(await reads('mara')).toBe(404);
  });

  test('goes on after the server was down', async () => {
    await transfer('dora', 'desk');
    story.heard();
    await story.isDownFor(minutes(10));
    await story.house.forward(minutes(1));
    expect(story.heard()).toEqual(['13:10:30 max page', '13:10:30 otto page']);
  });
});

const { cold } = coldStore.teams;
const withoutOtto = { teams: { cold: { ...cold, members: ['mara'] } } };

/** Bernd works at the desk. */
const withBernd = {
  people: { bernd: { name: 'Bernd', email: 'bernd@example.org' } },
  teams: { desk: { name: 'Desk', members: ['dora', 'bernd'], lead: 'max' } },
};
