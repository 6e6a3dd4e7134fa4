import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { reportMessage, requestOf, send } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { methodOf } from '../harness/recorder.ts';
import { minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const gone = { kind: 'gone', detail: '410' } as const;
const refused = { kind: 'refused', detail: '413' } as const;
const again = { kind: 'again', detail: '503' } as const;
const accepted = { kind: 'accepted' } as const;
const { urgent } = coldStore.policies;

const otto = { targets: 'person:otto', delay: '5m' };

describe.each(dialects)('a page, on %s', (dialect) => {
  let story: Story;
  beforeEach(async () => {
    story = await tellStory(dialect);
    await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
  });
  afterEach(() => story.end());

  const reported = (severity: 'S1' | 'S2' | 'S3' = 'S1') =>
    story.report('berta', 'pump 3 leaks', { severity });
  /** What became of everything that was to be sent to the person: how it ended, and why. */
  const ends = async (person: string) => {
    const rows = await story.house.parts.db.read
      .selectFrom('notification')
      .select(['says', 'state', 'detail', 'created_at', 'id'])
      .where('person', '=', person)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(({ says, state, detail }) => [says, state, detail].join(' ').trim());
  };

  describe('that a contact method does not show', () => {
    test.each([
      ['is gone', gone, ['13:00 mara pager-lost (mara-2)']],
      ['is refused', refused, []],
    ])('goes to the next at once where the first %s', async (_, outcome, told) => {
      story.answer('mara-1', outcome);
      await reported();
      expect(story.heard()).toEqual(['13:00 mara page', ...told, '13:00 mara page (mara-2)']);
      await story.house.forward(minutes(5));
      expect(story.heard()).toEqual(['13:05 lena page', '13:05 otto page']);
    });

    test('is never again sent to what is gone, but to what was only refused', async () => {
      story.answer('mara-1', gone);
      story.answer('lena-1', refused);
      await reported();
      await story.house.forward(minutes(20));
      expect(story.heard()).toEqual([
        '13:00 mara page',
        '13:00 mara pager-lost (mara-2)',
        '13:00 mara page (mara-2)',
        '13:05 lena page',
        '13:05 otto page',
        '13:15 mara page (mara-2)',
        '13:20 lena page',
        '13:20 otto page',
      ]);
    });

    test.each([
      ['S1', seconds(45), '13:00:45'],
      ['S2', minutes(2), '13:02'],
      ['S3', minutes(10), '13:10'],
    ] as const)('at %s goes to the next after %i ms without a sign', async (severity, ms, at) => {
      story.answer('mara-1', accepted);
      await reported(severity);
      await story.house.forward(ms - 1);
      expect(story.heard()).toHaveLength(1);
      await story.house.forward(1);
      const quietly = severity === 'S3' ? ' quietly' : '';
      expect(story.heard()).toEqual([`${at} mara page${quietly} (mara-2)`]);
    });

    test('goes to no other once it was answered', async () => {
      story.answer('mara-1', accepted);
      const pump = await reported();
      await story.act('mara', pump, 'acknowledge', {});
      await story.house.forward(minutes(2));
      expect(story.heard()).toEqual(['13:00 mara page']);
    });

    test('goes to the next beside it where the first is tried for ten seconds in vain', async () => {
      story.answer('mara-1', again);
      await reported();
      await story.house.forward(seconds(10) - 1);
      expect(story.heard().filter((line) => line.includes('mara-2'))).toEqual([]);
      await story.house.forward(1);
      expect(story.heard()).toEqual(['13:00:10 mara page (mara-2)']);
      // It was shown: there is nothing left to try.
      await story.house.forward(minutes(1));
      expect(story.heard()).toEqual([]);
      expect(await ends('mara')).toEqual(['page suppressed over', 'page displayed']);
    });
  });

  test('is tried again after 0.5, 1, 2, 4 and 8 s, or half as long again, then every 30 s', async () => {
    await story.edit({ policies: { urgent: { ...urgent, response: [otto] } } });
    story.answer('otto-1', again);
    await reported();
    await story.house.forward(minutes(3));
    const tries = story.house.sent.all.filter(({ person }) => person === 'otto');
    const pauses = tries.slice(1).map(({ at }, n) => at - tries[n]!.at);
    const least = [500, 1000, 2000, 4000, 8000, 30_000, 30_000];
    expect(pauses.length).toBeGreaterThanOrEqual(least.length);
    for (const [n, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(least[n] ?? 30_000);
      expect(pause).toBeLessThanOrEqual(1.5 * (least[n] ?? 30_000));
    }
    expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
    expect(await ends('otto')).toEqual(['page retrying 503']);
  });

  test('says nothing of its person while the world does not answer: the ladder is not hurried', async () => {
    const methods = ['mara-1', 'mara-2', 'lena-1', 'otto-1', 'ada-1'];
    for (const method of methods) story.answer(method, again);
    const pump = await reported();
    await story.house.forward(minutes(4));
    const asItWas = { run: 'active', next: '1.2 at 13:05' };
    expect(await story.stands(pump)).toMatchObject(asItWas);
    for (const method of methods) story.answer(method, { kind: 'displayed' });
    await story.house.forward(seconds(45));
    expect((await ends('mara')).toSorted()).toEqual(['page displayed', 'page suppressed over']);
    expect(await story.stands(pump)).toMatchObject(asItWas);
  });

  test('that got through at a later try is not given up', async () => {
    await story.edit({ policies: { urgent: { ...urgent, response: [otto] } } });
    let tries = 0;
    story.answer('otto-1', () => ((tries += 1) < 4 ? again : { kind: 'displayed' }));
    await reported();
    await story.house.forward(minutes(1));
    expect(tries).toBe(4);
    expect(await ends('otto')).toEqual(['page displayed']);
  });

  test('of a transport that throws is tried again, the log says it, and others get theirs', async () => {
    story.answer('lena-1', () => {
      throw new Error('planted');
    });
    await reported();
    await story.house.forward(minutes(5) + seconds(30));
    const tries = story.heard().filter((line) => line.includes('lena'));
    expect(tries.length).toBeGreaterThanOrEqual(6);
    expect(await ends('lena')).toEqual(['page retrying defect']);
    expect(await ends('otto')).toEqual(['page displayed']);
    const told = story.house.logged.filter((line) => line.includes('a transport threw'));
    expect(told).toHaveLength(tries.length);
  });

  test('that was answered before it could be sent is not sent, and not taken back', async () => {
    const request = reportMessage('pump 3 leaks', { site: 'oven-hall', severity: 'S1' });
    const { ticket } = request.command.args;
    const seen = { generation: 1, severity: 'S1' } as const;
    await send(await story.as('berta'), request);
    await send(await story.as('lena'), requestOf('acknowledge', { ticket, seen }));
    await story.house.forward(minutes(1));
    expect(story.heard()).toEqual([]);
    expect(await ends('mara')).toEqual([
      'page suppressed over',
      'taken suppressed never-sent',
      'taken suppressed never-sent',
    ]);
  });

  test('that was tried in vain is taken back: it may have got through', async () => {
    story.answer('mara-1', again);
    const pump = await reported();
    await story.act('lena', pump, 'acknowledge', {});
    story.answer('mara-1', accepted);
    await story.house.forward(minutes(1));
    expect((await ends('mara'))[0]).toBe('page suppressed over');
    expect(story.heard()).toContain('13:00 mara taken');
  });

  test('is taken back on every contact method that took it', async () => {
    story.answer('mara-1', accepted);
    const pump = await reported();
    await story.house.forward(seconds(45));
    story.heard();
    await story.act('lena', pump, 'acknowledge', {});
    expect(story.heard()).toEqual(['13:00:45 mara taken', '13:00:45 mara taken (mara-2)']);
    const quiet = story.house.sent.all.filter(({ says }) => says === 'taken');
    expect(quiet.map(({ isLoud }) => isLoud)).toEqual([false, false]);
  });

  test('and what follows it stand in each other’s place on the screen', async () => {
    const pump = await reported();
    await story.act('mara', pump, 'acknowledge', {});
    await story.house.forward(minutes(36));
    const keys = story.house.sent.all
      .filter(({ person }) => person === 'mara')
      .map(({ says, collapseKey }) => `${says} ${collapseKey}`);
    const key = `${pump}-mara`;
    expect(keys).toEqual([
      `page ${key}`,
      `still-on-it ${key}`,
      `still-on-it ${key}`,
      `page ${key}`,
    ]);
  });
});
