import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { coldStore } from '../harness/cold-store.ts';
import { dialects } from '../harness/dialects.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const { urgent } = coldStore.policies;
const { week } = coldStore.schedules;

describe.each(dialects)('a ticket that nobody takes, on %s', (dialect) => {
  let story: Story;
  beforeEach(async () => {
    story = await tellStory(dialect);
  });
  afterEach(() => story.end());

  test('asks the next step when its time is over, not a moment before, until somebody has it', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual(['13:00 mara page']);
    await story.house.forward(minutes(5) - 1);
    expect(story.heard()).toEqual([]);
    await story.house.forward(1);
    expect(story.heard()).toEqual(['13:05 lena page', '13:05 otto page']);

    const outcome = await story.act('otto', pump, 'acknowledge', {});
    expect(outcome).toMatchObject({ outcome: 'applied', code: null });
    expect(story.heard()).toEqual(['13:05 mara taken', '13:05 lena taken']);
    await story.house.forward(minutes(29));
    expect(story.heard()).toEqual([]);
  });

  test('at S1 climbs three laps, then asks the fallback, and from the fifth time all admins, hourly', async () => {
    await story.edit({ policies: { urgent: { ...urgent, fallback: 'max' } } });
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.house.forward(minutes(44));
    expect(story.heard()).toEqual([
      '13:00 mara page',
      '13:05 lena page',
      '13:05 otto page',
      '13:15 mara page',
      '13:20 lena page',
      '13:20 otto page',
      '13:30 mara page',
      '13:35 lena page',
      '13:35 otto page',
    ]);
    expect(await story.stands(pump)).toMatchObject({ run: 'active', next: 'fallback 1 at 13:45' });
    await story.house.forward(hours(3));
    expect(story.heard()).toEqual([
      '13:45 max page',
      // Nothing of his ever showed a page: until it does, who administers hears of it too.
      '13:45 ada fallback-unproven',
      '14:00 max page',
      '14:15 max page',
      '14:30 max page',
      '14:45 max page',
      '14:45 ada page',
      '15:45 max page',
      '15:45 ada page',
    ]);
    expect(await story.stands(pump)).toMatchObject({ phase: 'open', run: 'exhausted' });
  });

  test('at S2 climbs two laps, then asks the fallback every half hour', async () => {
    await story.report('berta', 'pump 3 drips', { severity: 'S2' });
    await story.house.forward(hours(2.5));
    expect(story.heard()).toEqual([
      '13:00 mara page',
      '13:15 lena page',
      '13:45 mara page',
      '14:00 lena page',
      '14:30 ada page',
      '15:00 ada page',
      '15:30 ada page',
    ]);
  });

  test('at S3 counts in the team’s open hours, and is quiet while it is closed', async () => {
    await story.report('berta', 'a lamp is out', { severity: 'S3' });
    await story.house.forward(hours(24 * 5));
    expect(story.heard()).toEqual([
      '13:00 mara page quietly',
      'mon 12:00 lena page',
      'tue 12:00 ada page',
      'wed 08:00 ada page',
      'thu 08:00 ada page',
    ]);
  });

  test('counts the next step from when the one before was planned, if that fired nearly in time', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    story.house.clock.forward(minutes(5) + seconds(30));
    await story.house.look();
    expect(await story.stands(pump)).toMatchObject({ next: '2.1 at 13:15' });
    expect((await fired(pump)).at(-1)).toMatchObject({ lateMs: 0 });
  });

  test('counts it from the firing, if that was later than half a minute', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    story.house.clock.forward(minutes(5) + seconds(31));
    await story.house.look();
    expect(await story.stands(pump)).toMatchObject({ next: '2.1 at 13:15:31' });
    expect((await fired(pump)).at(-1)).toMatchObject({ lateMs: seconds(31) });
  });

  const fired = async (ticket: string) =>
    (await story.timeline(ticket)).events
      .filter(({ name }) => name === 'rung-fired')
      .map(({ args }) => args);

  test('while nobody is on call goes on to the next step at once', async () => {
    await story.edit({ schedules: { week: from('2026-11-23') } });
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual(['13:00 lena page', '13:00 otto page']);
    expect((await fired(pump)).map(({ pages }) => pages)).toMatchObject([[], [{}, {}]]);
  });

  test('with nobody in any step asks the fallback at once', async () => {
    const onCall = { ...urgent, response: [{ targets: 'on-call', delay: '5m' }] };
    await story.edit({ policies: { urgent: onCall }, schedules: { week: from('2026-11-23') } });
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual(['13:00 ada page']);
    expect(await story.stands(pump)).toMatchObject({ run: 'exhausted' });
  });

  test('keeps the policy it began with; a new one gets the policy as it is now', async () => {
    const old = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.edit({
      policies: {
        urgent: { ...urgent, response: [{ targets: 'person:max', delay: '1m' }] },
      },
    });
    const young = await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual(['13:00 mara page', '13:00 max page']);
    expect(await story.stands(old)).toMatchObject({ next: '1.2 at 13:05' });
    expect(await story.stands(young)).toMatchObject({ next: '2.1 at 13:01' });
    await story.act('max', young, 'acknowledge', {});
    await story.house.forward(minutes(5));
    expect(story.heard()).toEqual(['13:05 lena page', '13:05 otto page']);
  });

  test('asks whoever is on call when the step fires, not when it was planned', async () => {
    await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.house.forward(minutes(14));
    story.heard();
    const [layer] = week.layers;
    await story.edit({
      schedules: { week: { ...week, layers: [{ ...layer, people: ['otto', 'mara'] }] } },
    });
    await story.house.forward(minutes(1));
    expect(story.heard()).toEqual(['13:15 otto page']);
  });
});

/** Nobody is on call before this Monday. */
function from(date: string) {
  return { ...week, layers: week.layers.map((layer) => ({ ...layer, from: date })) };
}

describe.each(dialects)('at the end of a shift, on %s', (dialect) => {
  let story: Story;
  const beginsAt = async (time: string) => {
    story = await tellStory(dialect, { clock: Date.parse(`2026-11-23T${time}+01:00`) });
  };
  afterEach(() => story.end());

  test('the step that fires after the handover asks whoever came', async () => {
    await beginsAt('07:50');
    await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.house.forward(minutes(15));
    expect(story.heard()).toEqual([
      '07:50 mara page',
      '07:55 lena page',
      '07:55 otto page',
      '08:05 otto page',
    ]);
  });

  test('a shift that begins within five minutes is waited for', async () => {
    await beginsAt('07:55');
    await story.edit({ schedules: { week: from('2026-11-23') } });
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual([]);
    expect(await story.stands(pump)).toMatchObject({ run: 'active', next: '1.1 at 08:00' });
    await story.house.forward(minutes(10));
    expect(story.heard()).toEqual(['08:00 mara page', '08:05 lena page', '08:05 otto page']);
  });

  test('a shift that begins later is not', async () => {
    await beginsAt('07:54');
    await story.edit({ schedules: { week: from('2026-11-23') } });
    await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual(['07:54 lena page', '07:54 otto page']);
  });
});
