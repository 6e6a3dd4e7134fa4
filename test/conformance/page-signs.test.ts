import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects } from '../harness/dialects.ts';
import { minutes, seconds, type Story, tellStory } from '../harness/story.ts';

describe.each(dialects)('when a page was shown and opened, on %s', (dialect) => {
  let story: Story;
  let startedAt: number;
  beforeEach(async () => {
    story = await tellStory(dialect);
    startedAt = story.house.clock.now();
    story.answer('mara-1', { kind: 'accepted' });
  });
  afterEach(() => story.end());

  const shows = (page: string, kind: 'displayed' | 'opened', contact = 1) =>
    story.house.parts.writer.record({
      notification: `${page}/${contact}`,
      attempts: 1,
      address: null,
      outcome: { kind },
    });
  /** Seconds after the story began. */
  const signs = async (id: string) => {
    const { state, received_at, seen_at } = await story.house.parts.db.read
      .selectFrom('page')
      .select(['state', 'received_at', 'seen_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const after = (at: number | null) => (at === null ? null : (at - startedAt) / 1000);
    return [state, after(received_at), after(seen_at)];
  };
  const paged = async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    return { pump, page: await story.pageOf('mara', pump) };
  };

  test('is kept of the first time each, and later signs change nothing', async () => {
    const { page } = await paged();
    expect(await signs(page)).toEqual(['notifying', null, null]);
    story.house.clock.forward(seconds(9));
    await shows(page, 'displayed');
    expect(await signs(page)).toEqual(['received', 9, null]);
    story.house.clock.forward(seconds(3));
    await shows(page, 'opened');
    expect(await signs(page)).toEqual(['seen', 9, 12]);
    story.house.clock.forward(seconds(3));
    await shows(page, 'displayed');
    await shows(page, 'opened');
    expect(await signs(page)).toEqual(['seen', 9, 12]);
  });

  test('what was opened was shown', async () => {
    const { page } = await paged();
    story.house.clock.forward(seconds(4));
    await shows(page, 'opened');
    expect(await signs(page)).toEqual(['seen', 4, 4]);
  });

  test('stays when the page is answered, taken back or replaced', async () => {
    const { pump, page } = await paged();
    story.house.clock.forward(seconds(9));
    await shows(page, 'displayed');
    await story.house.forward(minutes(5));
    await story.act('lena', pump, 'acknowledge', {});
    expect(await signs(page)).toEqual(['superseded', 9, null]);
  });

  test('a late sign of one that is over is kept, and its end stands', async () => {
    const { pump, page } = await paged();
    await story.act('lena', pump, 'acknowledge', {});
    story.house.clock.forward(minutes(1));
    await shows(page, 'opened');
    expect(await signs(page)).toEqual(['superseded', 60, 60]);
  });
});
