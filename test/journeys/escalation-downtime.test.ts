import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportMessage, send } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { methodOf } from '../harness/recorder.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const accepted = { kind: 'accepted' } as const;

describe.each(dialects)('after downtime, on %s', (dialect) => {
  let story: Story;
  let pump = '';
  beforeEach(async () => {
    story = await tellStory(dialect);
  });
  afterEach(() => story.end());

  /** An urgent ticket of 13:00; Mara was paged, Lena and Otto are to be at 13:05. */
  const reported = async (severity: 'S1' | 'S2' = 'S1') => {
    pump = await story.report('berta', 'pump 3 leaks', { severity });
    await story.house.forward(minutes(4));
    story.heard();
  };
  const fired = async () =>
    (await story.timeline(pump)).events
      .filter(({ name }) => name === 'rung-fired')
      .map(({ args }) => args);

  test('a step that is overdue waits half a minute from the opening, and is marked late', async () => {
    await reported();
    await story.isDownFor(minutes(10));
    await story.house.forward(seconds(30) - 1);
    expect(story.heard()).toEqual([]);
    await story.house.forward(1);
    expect(story.heard()).toEqual(['13:14:30 lena page', '13:14:30 otto page']);
    expect((await fired()).at(-1)).toMatchObject({ lateMs: minutes(9) + seconds(30) });
    // The next one counts from the firing, not from when that was planned.
    expect(await story.stands(pump)).toMatchObject({ next: '2.1 at 13:24:30' });
  });

  test('an acknowledgement that arrives meanwhile stops it', async () => {
    await reported();
    await story.isDownFor(minutes(10));
    await story.house.forward(seconds(20));
    expect(await story.act('mara', pump, 'acknowledge', {})).toMatchObject({ code: null });
    await story.house.forward(minutes(20));
    expect(story.heard()).toEqual([]);
    expect(await fired()).toHaveLength(1);
  });

  test('an acknowledgement that waited on the phone counts from when it was given', async () => {
    await reported('S2');
    const late = await story.offline('mara', pump);
    await story.isDownFor(minutes(30));
    await story.house.forward(seconds(10));
    expect(await late('acknowledge', {})).toMatchObject({ outcome: 'applied', code: null });
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', expires: '15:04' });
    await story.house.forward(minutes(10));
    expect(story.heard()).toEqual([]);
  });

  test('of a ladder that was overdue for hours one step fires', async () => {
    await reported();
    await story.isDownFor(hours(6));
    await story.house.forward(minutes(10));
    expect(story.heard()).toEqual(['19:04:30 lena page', '19:04:30 otto page']);
    await story.house.forward(seconds(30));
    expect(story.heard()).toEqual(['19:14:30 mara page']);
    expect((await fired()).map(({ lateMs }) => lateMs)).toEqual([0, hours(6) - seconds(30), 0]);
  });

  test('every ladder fires its own, and one that is not due yet is not hurried', async () => {
    await reported('S2');
    await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
    story.heard();
    await story.isDownFor(minutes(8));
    await story.house.forward(minutes(4));
    expect(story.heard()).toEqual(['13:12:30 lena page', '13:12:30 otto page', '13:15 lena page']);
  });

  test('a page’s own deadline does not wait', async () => {
    await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
    story.answer('mara-1', accepted);
    await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.isDownFor(minutes(2));
    story.heard();
    await story.house.look();
    expect(story.heard()).toEqual(['13:02 mara page (mara-2)']);
  });

  test('a page that was not sent yet is sent, once', async () => {
    const request = reportMessage('pump 3 leaks', { site: 'oven-hall', severity: 'S1' });
    await send(await story.as('berta'), request);
    await story.isDownFor(minutes(2));
    await story.house.look();
    await story.house.forward(seconds(20));
    expect(story.house.sent.all.map(({ person, says }) => `${person} ${says}`)).toEqual([
      'mara page',
    ]);
  });

  test('whoever has it is asked late, and has his five minutes to answer', async () => {
    await reported();
    await story.act('mara', pump, 'acknowledge', {});
    await story.isDownFor(hours(2));
    await story.house.forward(minutes(5));
    expect(story.heard()).toEqual(['15:04:30 mara still-on-it']);
    await story.house.forward(seconds(30));
    expect(story.heard()).toEqual(['15:09:30 mara page']);
  });

  test('what is solved is closed when its time is over', async () => {
    await reported();
    await story.act('mara', pump, 'resolve', { resolution: 'a new seal' });
    await story.isDownFor(hours(80));
    expect(await story.stands(pump)).toMatchObject({ phase: 'resolved' });
    await story.house.forward(seconds(30));
    expect(await story.stands(pump)).toMatchObject({ phase: 'closed' });
  });

  test('of no more than a minute nothing waits', async () => {
    await reported();
    await story.house.forward(seconds(29));
    await story.isDownFor(minutes(1));
    await story.house.look();
    expect(story.heard()).toEqual(['13:05:29 lena page', '13:05:29 otto page']);
    expect((await fired()).at(-1)).toMatchObject({ lateMs: 0 });
    expect(await story.stands(pump)).toMatchObject({ next: '2.1 at 13:15' });
  });

  test('with the clock put back meanwhile nothing fires twice', async () => {
    await reported();
    await story.house.forward(minutes(1));
    story.heard();
    await story.isDownFor(-minutes(10));
    await story.house.forward(minutes(20) - 1);
    expect(story.heard()).toEqual([]);
    await story.house.forward(1);
    expect(story.heard()).toEqual(['13:15 mara page']);
  });
});

describe.each(dialects)('while it runs, on %s', (dialect) => {
  let story: Story;
  let pump = '';
  beforeEach(async () => {
    story = await tellStory(dialect);
    pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.house.forward(minutes(5));
    story.heard();
  });
  afterEach(() => story.end());

  test('a clock that jumps back fires nothing twice, and nothing is lost', async () => {
    story.house.clock.forward(-hours(1));
    await story.house.look();
    expect(story.heard()).toEqual([]);
    await story.house.forward(hours(1) + minutes(10));
    expect(story.heard()).toEqual(['13:15 mara page']);
  });

  test('an acknowledgement while the clock is back holds', async () => {
    story.house.clock.forward(-hours(1));
    expect(await story.act('mara', pump, 'acknowledge', {})).toMatchObject({ code: null });
    expect(story.heard()).toEqual(['12:05 lena stood-down', '12:05 otto stood-down']);
    await story.house.forward(minutes(29));
    expect(story.heard()).toEqual([]);
    expect(await story.stands(pump)).toMatchObject({ owner: 'mara', expires: '12:35' });
  });

  test('a clock that jumps forward fires what is overdue once', async () => {
    story.house.clock.forward(hours(5));
    await story.house.look();
    expect(story.heard()).toEqual(['18:05 mara page']);
    await story.house.forward(minutes(5));
    expect(story.heard()).toEqual(['18:10 lena page', '18:10 otto page']);
  });
});
