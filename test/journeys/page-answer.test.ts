import type { OutcomeMessage } from '@rung/protocol/command.ts';
import type { Registered } from '@rung/protocol/device.ts';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { type Visitor, visitor } from '../harness/house.ts';
import { minutes, seconds, type Story, tellStory } from '../harness/story.ts';

type Device = Registered & { readonly visit: Visitor };
type Said = { readonly agoMs?: number; readonly uid?: string; readonly seen?: object };

describe.each(dialects)('a page that is answered from the notification, on %s', (dialect) => {
  let story: Story;
  let pump: string;
  let page: string;
  beforeEach(async () => {
    story = await tellStory(dialect);
    pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    page = await story.pageOf('mara', pump);
    story.heard();
  });
  afterEach(() => story.end());

  const deviceOf = async (person: PersonKey): Promise<Device> => {
    const session = await story.as(person);
    const device = (await (await session('/api/devices', { json: {} })).json()) as Registered;
    const authorization = `Device ${device.device}.${device.secret}`;
    return { ...device, visit: visitor(story.house.url, { authorization }) };
  };
  const bodyOf = (
    answer: 'acknowledge' | 'decline',
    { agoMs = 0, uid = ulid(), seen = { generation: 1, severity: 'S1' } }: Said = {},
  ) => ({ uid, answer, at: 1_000_000, now: 1_000_000 + agoMs, offset: null, seen });
  const send = ({ visit }: Device, id: string, json: object) =>
    visit(`/api/pages/${id}/answer`, { json });
  const outcomeOf = async (answer: Response) => {
    expect(answer.status).toBe(200);
    const outcome = (await answer.json()) as OutcomeMessage;
    await story.house.look();
    return outcome;
  };

  test('is acknowledged: the ticket is his, and the ladder stops', async () => {
    const device = await deviceOf('mara');
    await story.house.forward(minutes(1));
    const body = bodyOf('acknowledge');
    const outcome = await outcomeOf(await send(device, page, body));
    const { number } = await story.ticket(pump);
    expect(outcome).toEqual({
      uid: body.uid,
      outcome: 'applied',
      code: null,
      ticket: { id: pump, number },
    });
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', run: 'acked', next: null });
  });

  test('is declined: the next is asked now', async () => {
    const device = await deviceOf('mara');
    expect(await outcomeOf(await send(device, page, bodyOf('decline')))).toMatchObject({
      outcome: 'applied',
    });
    const { events } = await story.timeline(pump);
    const declined = events.filter(({ name }) => name === 'declined');
    expect(declined).toMatchObject([{ by: 'mara' }]);
    expect((await story.stands(pump)).owner).toBeNull();
    expect(story.heard().join()).toMatch(/lena page|otto page/);
  });

  test('a repeat answers the same, and is done once', async () => {
    const device = await deviceOf('mara');
    const body = bodyOf('acknowledge');
    const first = await outcomeOf(await send(device, page, body));
    const [again, later] = await Promise.all([send(device, page, body), send(device, page, body)]);
    expect([await again.json(), await later.json()]).toEqual([first, first]);
    const { events } = await story.timeline(pump);
    expect(events.filter(({ name }) => name === 'acknowledged')).toHaveLength(1);
  });

  test('of another, of nobody and what is no page are answered alike, and change nothing', async () => {
    const otto = await deviceOf('otto');
    const nobodys = page.replace(/^.{26}/, '01KAHJ3ZZZZZZZZZZZZZZZZZZ9');
    const answers = [];
    for (const id of [page, nobodys, `${pump}.999.1`, 'x', '%00', pump]) {
      const answer = await send(otto, id, bodyOf('acknowledge'));
      answers.push([answer.status, await answer.text()]);
    }
    expect(new Set(answers.map(([status, text]) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.[0]).toBe(404);
    expect((await story.stands(pump)).owner).toBeNull();
  });

  test('somebody else’s uid is no way to his answer', async () => {
    const mara = await deviceOf('mara');
    const body = bodyOf('acknowledge');
    await outcomeOf(await send(mara, page, body));
    await story.house.forward(minutes(1));
    const other = await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
    await story.house.forward(minutes(6));
    const lenas = await story.pageOf('lena', other);
    const outcome = await outcomeOf(await send(await deviceOf('lena'), lenas, body));
    expect(outcome).toMatchObject({ outcome: 'rejected', code: 'not-permitted', ticket: null });
  });

  test('goes by the device alone: after the session has ended, but not after the device was removed', async () => {
    const device = await deviceOf('mara');
    await story.house.parts.auth.endSessions(['mara']);
    expect((await (await story.as('mara'))('/api/tickets')).status).toBe(401);
    expect(await outcomeOf(await send(device, page, bodyOf('acknowledge')))).toMatchObject({
      outcome: 'applied',
    });
    await device.visit(`/api/devices/${device.device}`, { method: 'DELETE' });
    const removed = await send(device, page, bodyOf('decline'));
    expect([removed.status, await removed.json()]).toMatchObject([403, { kind: 'revoked' }]);
  });

  test('late counts from when it was given, not before its device was heard', async () => {
    const device = await deviceOf('mara');
    await story.house.forward(minutes(4));
    await outcomeOf(await send(device, page, bodyOf('acknowledge', { agoMs: minutes(3) })));
    expect(await story.times(pump, 'acknowledged')).toEqual([1, 4]);

    const other = await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
    const hers = await story.pageOf('mara', other);
    await story.house.forward(minutes(2));
    const newer = await deviceOf('mara');
    await story.house.forward(minutes(1));
    await outcomeOf(await send(newer, hers, bodyOf('acknowledge', { agoMs: minutes(3) })));
    expect(await story.times(other, 'acknowledged')).toEqual([2, 3]);
  });

  test('late, after somebody else took it, it is no mistake', async () => {
    const device = await deviceOf('mara');
    await story.house.forward(minutes(6));
    await story.act('lena', pump, 'acknowledge', {});
    await story.house.forward(seconds(30));
    const outcome = await outcomeOf(await send(device, page, bodyOf('acknowledge')));
    expect(outcome.outcome).not.toBe('rejected');
  });

  test('says what was seen: a ticket that became worse since is not taken by it', async () => {
    const calm = await story.report('berta', 'a lamp is out', { severity: 'S2' });
    const hers = await story.pageOf('mara', calm);
    await story.act('lena', calm, 'change-severity', { severity: 'S1', reason: 'it burns' });
    const device = await deviceOf('mara');
    const seen = { generation: 1, severity: 'S2' };
    const fromTheDoor = await outcomeOf(await send(device, hers, bodyOf('acknowledge', { seen })));
    const other = await story.report('berta', 'a lamp is out', { severity: 'S2' });
    await story.act('lena', other, 'change-severity', { severity: 'S1', reason: 'it burns' });
    const asCommand = await story.act('mara', other, 'acknowledge', {}, { seen: seen as never });
    expect([fromTheDoor.outcome, fromTheDoor.code]).toEqual([asCommand.outcome, asCommand.code]);
  });

  test('extra fields are refused, and change nothing', async () => {
    const device = await deviceOf('mara');
    const body = bodyOf('acknowledge');
    for (const json of [
      { ...body, person: 'otto' },
      { ...body, ticket: pump },
      { ...body, answer: 'resolve' },
      { ...body, seen: { ...body.seen, owner: 'otto' } },
      { ...body, uid: 'x' },
    ]) {
      expect((await send(device, page, json)).status).toBe(400);
    }
    expect((await story.stands(pump)).owner).toBeNull();
  });

  test('a session opens this door to nobody', async () => {
    const mara = await story.as('mara');
    const answer = await mara(`/api/pages/${page}/answer`, { json: bodyOf('acknowledge') });
    expect(answer.status).toBe(403);
  });
});
