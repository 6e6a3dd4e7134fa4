import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { hours, minutes, type Offline, seconds, type Story, tellStory } from '../harness/story.ts';

const { cold } = coldStore.teams;
const withoutOtto = { teams: { cold: { ...cold, members: ['mara'] } } };

describe.each(dialects)('without net, on %s', (dialect) => {
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

  describe('a resolve', () => {
    test('of what is as he saw it solves it', async () => {
      await reported();
      await story.act('mara', pump, 'acknowledge', {});
      const mara = await story.offline('mara', pump);
      await story.house.forward(minutes(10));
      await story.act('lena', pump, 'acknowledge', {});
      const outcome = await mara('resolve', { resolution: 'a new seal' });
      expect(outcome).toMatchObject({ outcome: 'applied', code: null });
      expect(await story.stands(pump)).toMatchObject({ phase: 'resolved', run: 'done' });
      expect(await times('resolved')).toEqual([3, 13]);
    });

    test('where somebody took it only later is not refused', async () => {
      await reported();
      await story.house.forward(minutes(1));
      await story.act('lena', pump, 'acknowledge', {});
      const outcome = await late('resolve', { resolution: 'a new seal' });
      expect(outcome).toMatchObject({ outcome: 'applied', code: null });
      expect(await story.stands(pump)).toMatchObject({ phase: 'resolved', owner: 'lena' });
    });

    test('where somebody had it already when he acted is not his to do', async () => {
      await reported();
      await story.act('lena', pump, 'acknowledge', {});
      await story.house.forward(minutes(1));
      const outcome = await story.act('mara', pump, 'resolve', { resolution: 'a new seal' });
      expect(outcome).toMatchObject({ outcome: 'rejected', code: 'not-permitted' });
    });

    test('of what was raised meanwhile is a proposal: he is told, and the run goes on', async () => {
      await reported('S3');
      await raisedTo('S1');
      story.heard();
      const outcome = await late('resolve', { resolution: 'a new seal' });
      expect(outcome).toMatchObject({ outcome: 'applied', code: 'proposed' });
      expect(story.heard()).toEqual(['13:03 mara proposed']);
      expect(await story.stands(pump)).toMatchObject({ phase: 'open', run: 'active' });
    });

    test('of what is solved is noted', async () => {
      await reported();
      await solvedByOtto();
      story.heard();
      const outcome = await late('resolve', { resolution: 'a new seal' });
      expect(outcome).toMatchObject({ outcome: 'applied', code: 'ended' });
      expect(story.heard()).toEqual([]);
    });

    test('by somebody who lost his right since is valid', async () => {
      await reported();
      const otto = await story.offline('otto', pump);
      await story.house.forward(seconds(30));
      await story.edit(withoutOtto);
      await story.house.forward(seconds(30));
      const outcome = await otto('resolve', { resolution: 'a new seal' });
      expect(outcome).toMatchObject({ outcome: 'applied', code: null });
      expect(await story.stands(pump)).toMatchObject({ phase: 'resolved', owner: 'otto' });
    });
  });

  describe('a report made without net', () => {
    test('pages from when it arrives, and keeps when it was seen', async () => {
      const now = story.house.clock.now();
      pump = await story.report('mara', 'it leaks', { severity: 'S1' }, { agoMs: hours(2) });
      expect((await story.ticket(pump)).reportedAt).toBe(now - hours(2));
      expect(story.heard()).toEqual(['13:00 mara page']);
      await story.house.forward(minutes(5));
      expect(story.heard()).toEqual(['13:05 lena page', '13:05 otto page']);
      expect(await times('reported')).toEqual([-120, 0]);
    });

    test('with "I am on it" too long ago to be trusted asks whether he still is', async () => {
      const agoMs = minutes(45);
      const args = { severity: 'S1', take: true } as const;
      pump = await story.report('mara', 'it leaks', args, { agoMs });
      expect(await story.stands(pump)).toMatchObject({ owner: 'mara' });
      expect(story.heard()).toEqual(['13:00 mara still-on-it']);
      await story.house.forward(minutes(5));
      expect(story.heard()).toEqual(['13:05 mara page']);
    });

    test('by a clock that was moved counts from when it arrives', async () => {
      const request = reportMessage(
        'it leaks',
        { site: 'oven-hall', severity: 'S1', take: true },
        { agoMs: hours(2) },
      );
      const offset = story.house.clock.now() - request.now - minutes(2);
      await story.send('mara', { ...request, command: { ...request.command, offset } });
      pump = request.command.args.ticket;
      expect(await story.stands(pump)).toMatchObject({ owner: 'mara', expires: '13:30' });
      expect(await times('reported')).toEqual([-120, 0]);
    });
  });
});
