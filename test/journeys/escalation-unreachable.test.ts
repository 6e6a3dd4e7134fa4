import { afterEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { dialects } from '../harness/dialects.ts';
import { methodOf } from '../harness/recorder.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const gone = { kind: 'gone', detail: '410' } as const;
const accepted = { kind: 'accepted' } as const;
const { urgent } = coldStore.policies;

describe.each(dialects)('people who cannot be reached, on %s', (dialect) => {
  let story: Story;
  const begin = async (...unreachable: readonly string[]) => {
    story = await tellStory(dialect);
    await story.edit({ policies: { urgent: { ...urgent, fallback: 'max' } } });
    for (const person of unreachable) story.answer(`${person}-1`, gone);
  };
  const reported = () => story.report('berta', 'pump 3 leaks', { severity: 'S1' });
  afterEach(() => story.end());

  test('make the next step fire at once', async () => {
    await begin('mara');
    const pump = await reported();
    expect(story.heard()).toEqual([
      '13:00 mara page',
      '13:00 lena pager-lost',
      '13:00 lena page',
      '13:00 otto page',
    ]);
    expect((await story.timeline(pump)).pages).toMatchObject([
      { person: 'mara', state: 'unreachable' },
      { person: 'lena', state: 'open' },
      { person: 'otto', state: 'open' },
    ]);
    expect(await story.stands(pump)).toMatchObject({ next: '2.1 at 13:10' });
  });

  test('do so only when nobody else of their step can answer', async () => {
    await begin('lena');
    const pump = await reported();
    await story.house.forward(minutes(5));
    expect(await story.stands(pump)).toMatchObject({ next: '2.1 at 13:15' });
  });

  test('do so too after the last of their contact methods showed no sign in time', async () => {
    await begin();
    story.answer('mara-1', accepted);
    await reported();
    await story.house.forward(seconds(45));
    expect(story.heard()).toEqual(['13:00 mara page', '13:00:45 lena page', '13:00:45 otto page']);
  });

  test('on a whole lap make the fallback and every admin be asked at once', async () => {
    await begin('mara', 'lena', 'otto');
    const pump = await reported();
    expect(story.heard().slice(-2)).toEqual(['13:00 max page', '13:00 ada page']);
    expect(await story.stands(pump)).toMatchObject({ run: 'exhausted' });
    await story.house.forward(minutes(15));
    expect(story.heard()).toEqual(['13:15 max page', '13:15 ada page']);
  });

  test('as the fallback make every admin be asked at once', async () => {
    await begin('max');
    await reported();
    await story.house.forward(minutes(44));
    story.heard();
    await story.house.forward(minutes(1));
    // Nothing of his ever showed a page: she hears of it before that is known of this one.
    expect(story.heard().toSorted()).toEqual([
      '13:45 ada fallback-unproven',
      '13:45 ada page',
      '13:45 ada pager-lost',
      '13:45 max page',
    ]);
  });

  test('may still answer', async () => {
    await begin('mara');
    const pump = await reported();
    story.heard();
    expect(await story.act('mara', pump, 'acknowledge', {})).toMatchObject({ code: null });
    expect(story.heard()).toEqual(['13:00 lena taken', '13:00 otto taken']);
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', run: 'acked' });
  });
});

describe.each(dialects)('where nobody has a contact method, on %s', (dialect) => {
  test('the ladder is climbed to its end at once; whoever gets one is asked at once, and in the cadence', async () => {
    const story = await tellStory(dialect, { reachable: [] });
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual([]);
    expect(await story.stands(pump)).toMatchObject({
      run: 'exhausted',
      next: 'fallback 2 at 13:15',
    });
    const { pages, events } = await story.timeline(pump);
    expect(new Set(pages.map(({ state }) => state))).toEqual(new Set(['unreachable']));
    await story.house.parts.writer.addContactMethod(methodOf('ada'));
    await story.house.forward(minutes(15));
    expect(story.heard()).toEqual(['13:00 ada page', '13:15 ada page']);
    expect((await story.timeline(pump)).events.length - events.length).toBeLessThan(6);
    await story.house.forward(hours(24));
    expect((await story.timeline(pump)).events.length).toBeLessThan(120);
    await story.end();
  });
});
