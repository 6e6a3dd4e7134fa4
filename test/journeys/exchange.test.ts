import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage, requestOf } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { type PlainDevice, plainDevice } from '../harness/plain-device.ts';
import { minutes, type Story, tellStory } from '../harness/story.ts';
import type { PersonKey } from '../harness/company.ts';

describe.each(dialects)('an exchange on %s', (dialect) => {
  let story: Story;
  beforeEach(async () => {
    story = await tellStory(dialect);
  });
  afterEach(() => story.end());

  const deviceOf = async (person: PersonKey): Promise<PlainDevice> =>
    plainDevice(await story.as(person));
  /** Who is in the team, from now on. */
  const staff = (members: readonly string[]) =>
    story.edit({ teams: { cold: { ...coldStore.teams.cold, members } } });
  const report = (title: string) => reportMessage(title, { site: 'oven-hall' }).command;

  test('settles a report, and brings the ticket with its number, its log and its page', async () => {
    const mara = await deviceOf('mara');
    const sent = report('Pump 3 leaks');
    const { results, lines } = await mara.exchange([sent]);
    expect(lines[0]).toMatchObject({ t: 'head', mode: 'snapshot', isResumed: false });
    expect(results).toEqual([
      { t: 'result', id: 1, uid: sent.uid, outcome: 'applied', code: null },
    ]);
    expect(mara.last).toBe(1);
    const held = mara.tickets.get(sent.args.ticket);
    expect(held?.d).toMatchObject({ number: 1001, state: { title: 'Pump 3 leaks', team: 'cold' } });
    expect(held?.scopes).toEqual(['team:cold', 'user:mara']);
    expect([...mara.events.values()].map(({ name }) => name)).toEqual([
      'reported',
      'routed',
      'run-started',
      'rung-fired',
      'rung-armed',
    ]);
    expect([...mara.pages.values()]).toMatchObject([{ person: 'mara' }]);
    expect(mara.ref.get('site/oven-hall')).toMatchObject({ name: 'Oven hall', client: 'bakery' });
    expect(mara.ref.get('schedule/week')).toMatchObject({
      shifts: expect.arrayContaining([expect.objectContaining({ person: 'mara' })]),
    });
  });

  test('a second time it brings nothing, and the same command counts once', async () => {
    const mara = await deviceOf('mara');
    const sent = report('Pump 3 leaks');
    await mara.exchange([sent]);
    const again = await mara.exchange([sent], { ids: [1] });
    expect(again.results).toMatchObject([{ id: 1, outcome: 'applied' }]);
    expect(again.lines.map(({ t }) => t)).toEqual(['head', 'result', 'end']);
    const other = await mara.exchange([sent]);
    expect(other.results).toMatchObject([{ id: 2, uid: sent.uid, outcome: 'applied' }]);
    expect(mara.tickets.size).toBe(1);
  });

  test('nothing of a ticket reaches somebody who may not read it', async () => {
    const klara = await story.as('klara');
    expect((await klara('/api/sync', { json: {} })).status).toBe(403);
    await staff(['mara']);
    const otto = await deviceOf('otto');
    await (await deviceOf('mara')).exchange([report('Pump 3 leaks')]);
    await otto.exchange();
    expect([...otto.toldOf].filter((id) => !id.includes('/'))).toEqual([]);
  });

  test('what left a scope is taken away, with all that is its', async () => {
    const otto = await deviceOf('otto');
    const ticket = await story.report('mara', 'Pump 3 leaks');
    await otto.exchange();
    expect([...otto.tickets.keys()]).toEqual([ticket]);
    await story.act('dora', ticket, 'transfer', { team: 'desk', note: 'Not the cold store' });
    const { lines } = await otto.exchange();
    expect(lines.filter(({ t }) => t === 'del')).toMatchObject([
      { e: 'ticket', id: ticket, s: ['team:cold'] },
    ]);
    expect([otto.tickets.size, otto.events.size, otto.pages.size]).toEqual([0, 0, 0]);
  });

  test('whoever joins a team gets its tickets whole, and loses them when he leaves', async () => {
    await staff(['mara']);
    const ticket = await story.report('mara', 'Pump 3 leaks');
    const otto = await deviceOf('otto');
    await otto.exchange();
    expect(otto.tickets.size).toBe(0);
    await staff(['mara', 'otto']);
    const joined = await otto.exchange();
    expect(joined.lines[0]).toMatchObject({ mode: 'delta', scopes: { add: ['team:cold'] } });
    expect(otto.tickets.get(ticket)?.scopes).toEqual(['team:cold']);
    expect(otto.events.size).toBe(5);
    await staff(['mara']);
    const left = await otto.exchange();
    expect(left.lines[0]).toMatchObject({ scopes: { del: ['team:cold'] } });
    expect([otto.tickets.size, otto.events.size]).toEqual([0, 0]);
  });

  test('of a closed ticket the timeline goes, and comes back when it is reopened', async () => {
    const mara = await deviceOf('mara');
    const ticket = await story.report('mara', 'Pump 3 leaks');
    await story.act('mara', ticket, 'acknowledge', {});
    await mara.exchange();
    const whole = mara.events.size;
    await story.act('mara', ticket, 'resolve', { resolution: '' });
    await story.act('lena', ticket, 'close', {});
    await mara.exchange();
    expect([mara.tickets.size, mara.events.size, mara.pages.size]).toEqual([1, 0, 0]);
    await story.act('mara', ticket, 'reopen', { reason: 'It leaks again' });
    await mara.exchange();
    expect(mara.events.size).toBeGreaterThan(whole);
    expect([...mara.events.values()].map(({ seq }) => seq)).toEqual(
      Array.from({ length: mara.events.size }, (_, n) => n + 1),
    );
  });

  test('one that is not of the right kind is refused alone', async () => {
    const mara = await deviceOf('mara');
    const bad = { ...report('x'), args: { ticket: 'nonsense' } } as never;
    const { results } = await mara.exchange([bad, report('Pump 3 leaks')]);
    expect(results).toMatchObject([
      { id: 1, outcome: 'rejected', code: 'invalid' },
      { id: 2, outcome: 'applied' },
    ]);
  });

  test('what was taken back before it was sent does nothing, and what did arrive stays', async () => {
    const mara = await deviceOf('mara');
    const sent = report('Pump 3 leaks');
    const back = (uid: string) => ({ uid, name: 'withdrawn' }) as never;
    const { results } = await mara.exchange([back(sent.uid)]);
    expect(results).toMatchObject([{ id: 1, outcome: 'noop', code: 'withdrawn' }]);
    expect(mara.tickets.size).toBe(0);
    const other = report('Pump 4 leaks');
    await mara.exchange([other]);
    const late = await mara.exchange([back(other.uid)], { ids: [2] });
    expect(late.results).toMatchObject([{ id: 2, uid: other.uid, outcome: 'applied' }]);
    expect(mara.tickets.size).toBe(1);
  });

  test('ids that are not the next are answered: a gap, a fork, a device that nobody knows', async () => {
    const mara = await deviceOf('mara');
    await mara.exchange([report('One')]);
    const gap = await mara.exchange([report('Three')], { ids: [3] });
    expect([gap.status, gap.problem]).toMatchObject([409, { kind: 'gap', last: 1 }]);
    const fork = await mara.exchange([report('Another one')], { ids: [1] });
    expect([fork.status, fork.problem]).toMatchObject([409, { kind: 'forked' }]);
    const visit = await story.as('mara');
    const rules = { protocol: 1, fold: foldVersion };
    const json = { ...rules, now: 1, cookie: null, pending: 0, commands: [] };
    const unknown = await visit('/api/sync', { json: { ...json, device: ulid() } });
    expect([unknown.status, await unknown.json()]).toMatchObject([409, { kind: 'forked' }]);
    const otto = await story.as('otto');
    const foreign = await otto('/api/sync', { json: { ...json, device: mara.id } });
    expect(foreign.status).toBe(403);
    const old = await visit('/api/sync', { json: { ...json, device: mara.id, fold: 1 } });
    expect(old.status).toBe(426);
  });

  test('what a device did is not believed to be older than its last contact', async () => {
    const mara = await deviceOf('mara');
    const ticket = await story.report('otto', 'Pump 3 leaks');
    await story.house.forward(minutes(20));
    await mara.exchange();
    const at = story.house.clock.now();
    await story.house.forward(minutes(10));
    const { command } = requestOf(
      'acknowledge',
      { ticket, seen: { generation: 1, severity: 'S3' } },
      { agoMs: minutes(25) },
    );
    await mara.exchange([command], { now: 1_000_000_000 + minutes(25) });
    const ack = [...mara.events.values()].find(({ name }) => name === 'acknowledged');
    expect(ack?.['claimedAt']).toBe(at);
  });
});
