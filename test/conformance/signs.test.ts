import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestOf, send } from '../harness/command.ts';
import { dialects } from '../harness/dialects.ts';
import { methodOf } from '../harness/recorder.ts';
import { minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const accepted = { kind: 'accepted' } as const;
const again = { kind: 'again', detail: '503' } as const;
const displayed = { kind: 'displayed' } as const;

describe.each(dialects)('signs of people, on %s', (dialect) => {
  let story: Story;
  beforeEach(async () => {
    story = await tellStory(dialect);
  });
  afterEach(() => story.end());
  const reported = () => story.report('berta', 'pump 3 leaks', { severity: 'S1' });
  const everybodyIsSilent = () => {
    for (const person of ['mara', 'lena', 'otto', 'ada']) story.answer(`${person}-1`, accepted);
  };
  const standsOf = (id: string) =>
    story.house.parts.db.read
      .selectFrom('contact_method')
      .select(['address', 'broken_at as brokenAt'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();

  const disableMara = async () => {
    const { mara } = (
      (await (await story.house.operator('/api/directory')).json()) as {
        people: Record<string, object>;
      }
    ).people;
    await story.edit({
      people: { mara: { ...mara, disabled: true } },
      teams: { cold: { name: 'Cold store', members: ['otto'], lead: 'lena', calendar: 'office' } },
      schedules: {
        week: {
          name: 'Weekly',
          layers: [{ handover: 'mon 08:00', from: '2026-11-16', people: ['otto'] }],
        },
      },
    });
  };

  test('a late one revives a page that was given up, so that the lap did reach somebody', async () => {
    everybodyIsSilent();
    const pump = await reported();
    await story.house.forward(seconds(50));
    expect((await story.timeline(pump)).pages).toMatchObject([
      { person: 'mara', state: 'unreachable' },
      { person: 'lena', state: 'open' },
      { person: 'otto', state: 'open' },
    ]);
    const page = await story.pageOf('mara', pump);
    const notification = `${page}/1`;
    const sign = { notification, attempts: 1, address: null, outcome: displayed };
    await story.house.parts.writer.record(sign);
    expect(await story.added(pump)).toContain('revived');
    await story.house.forward(seconds(41));
    // Everybody else was silent too; Mara was not, so the ladder is climbed once more.
    expect(await story.stands(pump)).toMatchObject({
      run: 'active',
      next: expect.stringMatching(/^2\.2 /),
    });
    expect(story.heard().filter((line) => line.includes('ada'))).toEqual([]);
  });

  test('what may have got through is taken back, also when it is tried again at that moment', async () => {
    story.answer('mara-1', again);
    const pump = await reported();
    const seen = { generation: 1, severity: 'S1' } as const;
    await send(await story.as('lena'), requestOf('acknowledge', { ticket: pump, seen }));
    story.heard();
    story.house.clock.forward(seconds(1));
    await story.house.look();
    expect(story.heard()).toEqual(['13:00 mara taken']);
  });

  test('who was disabled while he was asked is told nothing more, and nobody waits for him', async () => {
    await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
    everybodyIsSilent();
    const pump = await reported();
    await disableMara();
    story.heard();
    await story.house.forward(seconds(46));
    expect(story.heard()).toEqual(['13:00:45 lena page', '13:00:45 otto page']);
    expect(await story.stands(pump)).toMatchObject({ run: 'active' });
  });

  test('what he has goes on without him, also where nothing was due any more', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S4' });
    await story.act('mara', pump, 'acknowledge', {});
    expect(await story.stands(pump)).toMatchObject({ run: 'acked', next: null, expires: null });
    await disableMara();
    await story.house.look();
    expect(await story.stands(pump)).toMatchObject({ owner: null, generation: 2, run: 'active' });
    expect(story.heard()).toContain('13:00 lena page quietly');
  });

  test('who could not be reached and can be now is asked at once', async () => {
    await story.end();
    story = await tellStory(dialect, { reachable: [] });
    const pump = await reported();
    await story.house.look();
    expect(await story.stands(pump)).toMatchObject({ run: 'exhausted' });
    await story.house.parts.writer.addContactMethod(methodOf('otto'));
    await story.house.look();
    expect(story.heard()).toEqual(['13:00 otto page']);
    expect(await story.added(pump)).toContain('revived');
  });

  test('“still on it?” that waits to be sent is not sent once there is nothing to answer', async () => {
    const pump = await reported();
    await story.act('mara', pump, 'acknowledge', {});
    story.answer('mara-1', again);
    await story.house.forward(minutes(30));
    story.heard();
    const seen = { generation: 1, severity: 'S1' } as const;
    await send(
      await story.as('mara'),
      requestOf('resolve', { ticket: pump, seen, resolution: '' }),
    );
    await story.house.forward(minutes(2));
    expect(story.heard()).toEqual([]);
  });

  test('a contact method that is dead where it was is not where it is now', async () => {
    const { writer } = story.house.parts;
    const seen = { now: story.house.clock.now(), until: story.house.clock.now() + 15_000 };
    const visit = await story.as('berta');
    const { ticket } = (await send(visit, reportOf())) ?? {};
    const [taken] = await writer.claim(seen.now, seen.until, 1);
    await writer.addContactMethod({ ...methodOf('mara'), address: 'test:mara-anew' });
    const outcome = { kind: 'gone', detail: '410' } as const;
    const tried = { notification: taken!.id, attempts: 0, address: 'test:mara', outcome };
    await writer.record(tried);
    expect(await standsOf('mara-1')).toEqual({ address: 'test:mara-anew', brokenAt: null });
    expect(ticket?.id).toBe(taken!.message.ticket);
  });

  test('a device that another person uses now brings him what is his, and nobody what was', async () => {
    await story.house.parts.writer.addContactMethod({ ...methodOf('otto'), id: 'mara-1' });
    await reported();
    const there = story.house.sent.all.filter(({ method }) => method === 'mara-1');
    expect([...new Set(there.map(({ person }) => person))]).toEqual(['otto']);
  });
});

function reportOf() {
  return requestOf('report', {
    ticket: '01KC0000000000000000000009',
    type: 'incident',
    severity: 'S1',
    title: 'pump 3 leaks',
    description: '',
    site: 'oven-hall',
    asset: null,
    category: null,
    team: null,
    take: false,
  });
}
