import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage, requestOf } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { hours, minutes, type Offline, seconds, type Story, tellStory } from '../harness/story.ts';

const { cold } = coldStore.teams;
const { week } = coldStore.schedules;
const withoutOtto = { teams: { cold: { ...cold, members: ['mara'] } } };
const ottoOnCall = {
  schedules: { week: { ...week, layers: [{ ...week.layers[0], people: ['otto', 'mara'] }] } },
};

describe.each(dialects)('a late acknowledgement, on %s', (dialect) => {
  let story: Story;
  let pump = '';
  /** Mara, who was paged at 13:00 and answers at 13:03 where there is no net. */
  let late: Offline;
  beforeEach(async () => {
    story = await tellStory(dialect);
  });
  afterEach(() => story.end());

  const reported = async (severity: 'S1' | 'S2' | 'S3' = 'S1') => {
    pump = await story.report('berta', 'pump 3 leaks', { severity });
    await story.house.forward(minutes(3));
    late = await story.offline('mara', pump);
    story.heard();
  };
  const raisedTo = async (severity: 'S1' | 'S2') => {
    await story.act('lena', pump, 'change-severity', { severity, reason: 'the cellar is wet' });
  };
  const solvedByOtto = () => story.act('otto', pump, 'resolve', { resolution: 'a new seal' });
  const times = (name: string) => story.times(pump, name);

  test('stops the run; whoever was paged since he acted is stood down, and it counts from then', async () => {
    await reported();
    await story.house.forward(minutes(3));
    const otto = await story.offline('otto', pump);
    await story.house.forward(minutes(11));
    story.heard();
    // He was paged at 13:05 and acted at 13:06; Mara was paged again at 13:15.
    expect(await otto('acknowledge', {})).toMatchObject({ outcome: 'applied', code: null });
    expect(story.heard()).toEqual(['13:17 lena taken', '13:17 mara stood-down']);
    expect(await story.stands(pump)).toMatchObject({
      owner: 'otto',
      run: 'acked',
      expires: '13:36',
    });
    expect(await times('acknowledged')).toEqual([6, 17]);
  });

  test('stops a run that is exhausted', async () => {
    await reported('S2');
    await story.house.forward(hours(1.5));
    expect(await story.stands(pump)).toMatchObject({ run: 'exhausted' });
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: null });
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', run: 'acked', next: null });
  });

  test('that arrives twice counts once, also when it arrives long after', async () => {
    await reported();
    const uid = reportMessage('').command.uid;
    const first = await late('acknowledge', {}, { uid });
    await story.act('mara', pump, 'release', {});
    await story.added(pump);
    story.heard();
    expect(await late('acknowledge', {}, { uid })).toEqual(first);
    await story.house.forward(minutes(1));
    expect(await late('acknowledge', {}, { uid })).toEqual(first);
    expect(await story.added(pump)).toEqual([]);
    expect(story.heard()).toEqual([]);
  });

  test('by somebody who lost his right since is valid', async () => {
    await reported();
    const otto = await story.offline('otto', pump);
    await story.house.forward(seconds(30));
    await story.edit(withoutOtto);
    await story.house.forward(seconds(30));
    expect(await otto('acknowledge', {})).toMatchObject({ outcome: 'applied', code: null });
    expect(await story.stands(pump)).toMatchObject({ owner: 'otto', run: 'acked' });
  });

  test('by somebody who had lost it when he acted is refused, and refused again', async () => {
    await reported();
    await story.edit(withoutOtto);
    await story.house.forward(seconds(30));
    const otto = await story.offline('otto', pump);
    await story.house.forward(seconds(30));
    const uid = reportMessage('').command.uid;
    const refused = await otto('acknowledge', {}, { uid });
    expect(refused).toMatchObject({ outcome: 'rejected', code: 'unknown-ticket', ticket: null });
    await story.edit({ teams: { cold } });
    expect(await otto('acknowledge', {}, { uid })).toEqual(refused);
    expect(await story.stands(pump)).toMatchObject({ owner: null, run: 'active' });
  });

  test('by somebody who lost his right, and whose clock was moved, is refused', async () => {
    await reported();
    const otto = await story.offline('otto', pump);
    await story.house.forward(seconds(30));
    await story.edit(withoutOtto);
    await story.house.forward(seconds(30));
    const moved = await otto('acknowledge', {}, { clockMovedMs: -minutes(2) });
    expect(moved).toMatchObject({ outcome: 'rejected', code: 'unknown-ticket' });
  });

  test('of what is resolved, or closed, stands in the timeline only', async () => {
    await reported();
    await solvedByOtto();
    story.heard();
    await story.added(pump);
    const before = await story.stands(pump);
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'ended' });
    await story.act('lena', pump, 'close', {});
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'ended' });
    expect(await story.added(pump)).toEqual(['acknowledged', 'closed', 'acknowledged']);
    expect(await story.stands(pump)).toEqual({ ...before, phase: 'closed' });
    expect(story.heard()).toEqual([]);
  });

  test('of a milder severity than it has now closes his old page only, and he is paged anew', async () => {
    await reported('S3');
    await story.edit(ottoOnCall);
    await raisedTo('S1');
    expect(story.heard()).toEqual(['13:03 otto page']);
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'raised' });
    expect(story.heard()).toEqual(['13:03 mara page']);
    expect(await story.stands(pump)).toMatchObject({ owner: null, run: 'active' });
    expect(await story.act('mara', pump, 'acknowledge', {})).toMatchObject({ code: null });
    expect(story.heard()).toEqual(['13:03 otto taken']);
  });

  test('of a milder severity pages him once where the raise has paged him already', async () => {
    await reported('S3');
    await raisedTo('S1');
    expect(story.heard()).toEqual(['13:03 mara page']);
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'raised' });
    expect(story.heard()).toEqual([]);
    await story.house.forward(minutes(5));
    expect(story.heard()).toEqual(['13:08 lena page', '13:08 otto page']);
  });

  test('of an older generation is recorded, and does not stop the new run', async () => {
    await reported();
    await solvedByOtto();
    await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
    story.heard();
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'stale' });
    expect(story.heard()).toEqual([]);
    expect(await story.stands(pump)).toMatchObject({ generation: 2, owner: null, run: 'active' });
    // One tap more, and she has it.
    expect(await story.act('mara', pump, 'acknowledge', {})).toMatchObject({ code: null });
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara' });
  });

  test('by whoever went off shift meanwhile counts: a human has it', async () => {
    await reported();
    await story.edit(ottoOnCall);
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: null });
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', run: 'acked' });
  });

  test('where somebody else has it makes a helper, and both are told', async () => {
    await reported();
    await story.house.forward(minutes(2));
    await story.act('lena', pump, 'acknowledge', {});
    story.heard();
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'joined' });
    expect(story.heard()).toEqual(['13:05 lena joined', '13:05 mara joined']);
    expect(await story.stands(pump)).toMatchObject({ owner: 'lena', coResponders: ['mara'] });
  });

  test('whose time is over already lets the run go on, and asks him', async () => {
    await reported('S2');
    const otto = await story.offline('otto', pump);
    await story.house.forward(hours(2));
    story.heard();
    const before = await story.stands(pump);
    expect(await otto('acknowledge', {})).toMatchObject({ outcome: 'applied', code: 'expired' });
    expect(story.heard()).toEqual(['15:03 otto still-on-it']);
    expect(await story.stands(pump)).toEqual(before);
    expect(await story.act('otto', pump, 'acknowledge', {})).toMatchObject({ code: null });
    expect(await story.stands(pump)).toMatchObject({ owner: 'otto', run: 'acked' });
  });

  test('counts from when he acted, also where he was paged again since', async () => {
    await reported();
    await story.house.forward(minutes(17));
    await late('acknowledge', {});
    expect(await times('acknowledged')).toEqual([3, 20]);
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', expires: '13:33' });
  });

  test('is believed to be no older than his page, and no younger than its arrival', async () => {
    await reported();
    await story.act('mara', pump, 'acknowledge', {}, { agoMs: hours(5) });
    expect(await times('acknowledged')).toEqual([0, 3]);
    expect(await story.stands(pump)).toMatchObject({ expires: '13:30' });
    for (const clockMovedMs of [-hours(24), hours(24)]) {
      await story.house.forward(minutes(1));
      await story.act('lena', pump, 'acknowledge', {}, { clockMovedMs });
      const [claimed, recorded] = await times('acknowledged');
      expect(claimed).toBeLessThanOrEqual(recorded!);
    }
  });

  test.each([
    ['by a minute is believed', minutes(1), '13:34'],
    ['by more counts from its arrival', minutes(1) + 1, '13:43'],
  ])('from a clock that was moved %s', async (_, clockMovedMs, expires) => {
    await reported();
    await story.house.forward(minutes(10));
    await late('acknowledge', {}, { clockMovedMs });
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', expires });
    // The claim is shown either way.
    const [claimed, recorded] = await times('acknowledged');
    expect([Math.floor(claimed!), recorded]).toEqual([4, 13]);
  });

  test('on what he cannot know of is refused like on what is not there', async () => {
    await reported();
    const seen = { generation: 1, severity: 'S1' } as const;
    const when = { agoMs: minutes(2) };
    const foreign = requestOf('acknowledge', { ticket: pump, seen }, when);
    const nobodys = { ticket: reportMessage('').command.args.ticket, seen };
    const unknown = requestOf('acknowledge', nobodys, { ...when, uid: foreign.command.uid });
    const answers = [await story.send('klara', foreign), await story.send('klara', unknown)];
    expect(answers[0]).toEqual(answers[1]);
  });
});
