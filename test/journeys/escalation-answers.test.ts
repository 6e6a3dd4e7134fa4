import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects } from '../harness/dialects.ts';
import { minutes, type Story, tellStory } from '../harness/story.ts';

/** What people say to a ticket, and who is told. Mara is on call; an urgent one asks Lena and Otto after her. */
describe.each(dialects)('a ticket, on %s', (dialect) => {
  let story: Story;
  let pump = '';
  beforeEach(async () => {
    story = await tellStory(dialect);
  });
  afterEach(() => story.end());

  const reported = async (severity: 'S1' | 'S2' | 'S3' | 'S4' = 'S1') => {
    pump = await story.report('berta', 'pump 3 leaks', { severity });
    story.heard();
  };
  const acknowledge = (person: 'mara' | 'otto' | 'lena') =>
    story.act(person, pump, 'acknowledge', {});
  const takenBy = async (
    person: 'mara' | 'otto' | 'lena',
    severity?: 'S1' | 'S2' | 'S3' | 'S4',
  ) => {
    await reported(severity);
    await acknowledge(person);
    story.heard();
  };
  const decline = async (person: 'mara' | 'otto' | 'lena') =>
    story.act(person, pump, 'decline', { page: await story.pageOf(person, pump) });

  describe('"I am on it"', () => {
    test('with the report pages nobody', async () => {
      pump = await story.report('mara', 'pump 3 leaks', { severity: 'S1', take: true });
      expect(await story.stands(pump)).toMatchObject({ phase: 'acknowledged', owner: 'mara' });
      await story.house.forward(minutes(30) - 1);
      expect(story.heard()).toEqual([]);
    });

    test('taken back asks the others at once', async () => {
      pump = await story.report('mara', 'pump 3 leaks', { severity: 'S1', take: true });
      await story.act('mara', pump, 'release', {});
      expect(story.heard()).toEqual(['13:00 lena page', '13:00 otto page']);
    });
  });

  describe('acknowledged', () => {
    test('by several, the first owns it, the others help, and each is told', async () => {
      await reported();
      expect(await acknowledge('lena')).toMatchObject({ outcome: 'applied', code: null });
      expect(story.heard()).toEqual(['13:00 mara taken']);
      expect(await acknowledge('mara')).toMatchObject({ outcome: 'applied', code: 'joined' });
      expect(story.heard()).toEqual(['13:00 lena joined', '13:00 mara joined']);
      expect(await acknowledge('otto')).toMatchObject({ outcome: 'applied', code: 'joined' });
      expect(await story.stands(pump)).toMatchObject({
        owner: 'lena',
        coResponders: ['mara', 'otto'],
        run: 'acked',
        next: null,
      });
    });

    test('twice by the same counts once, and from the second time on', async () => {
      await takenBy('mara');
      await story.house.forward(minutes(10));
      expect(await acknowledge('mara')).toMatchObject({ outcome: 'applied', code: 'renewed' });
      expect(await story.stands(pump)).toMatchObject({ owner: 'mara', expires: '13:40' });
      expect(story.heard()).toEqual([]);
    });

    test('by two at the same moment, one owns it and the other helps', async () => {
      await reported();
      const outcomes = await Promise.all([acknowledge('mara'), acknowledge('lena')]);
      expect(outcomes.map(({ code }) => code).sort()).toEqual(['joined', null].sort());
      const { owner, coResponders } = await story.stands(pump);
      expect([owner, ...coResponders].sort()).toEqual(['lena', 'mara']);
    });
  });

  describe('given back', () => {
    test('goes to who helped, who is told; from him on to the next step at once', async () => {
      await takenBy('mara');
      await acknowledge('otto');
      story.heard();
      await story.act('mara', pump, 'release', {});
      expect(story.heard()).toEqual(['13:00 otto released']);
      expect(await story.stands(pump)).toMatchObject({ owner: 'otto', coResponders: [] });

      await story.act('otto', pump, 'release', {});
      expect(story.heard()).toEqual(['13:00 lena page']);
      expect(await story.stands(pump)).toMatchObject({ phase: 'open', owner: null, run: 'active' });
      await story.house.forward(minutes(40));
      expect(story.heard().filter((line) => /mara|otto/.test(line))).toEqual([]);
    });

    test('is refused to whoever does not have it', async () => {
      await takenBy('mara');
      const outcome = await story.act('otto', pump, 'release', {});
      expect(outcome).toMatchObject({ outcome: 'rejected' });
      expect(await story.stands(pump)).toMatchObject({ owner: 'mara' });
    });
  });

  describe('declined', () => {
    test('by one of two, waits for the other; by both, asks the next step at once', async () => {
      await reported();
      await decline('mara');
      expect(story.heard()).toEqual(['13:00 lena page', '13:00 otto page']);
      await decline('lena');
      expect(story.heard()).toEqual([]);
      await decline('otto');
      expect(story.heard()).toEqual(['13:00 mara page']);
    });

    test('when it was answered already changes nothing', async () => {
      await reported();
      const page = await story.pageOf('mara', pump);
      await acknowledge('lena');
      const late = await story.act('mara', pump, 'decline', { page });
      expect(late).toMatchObject({ outcome: 'noop', code: 'answered' });
    });

    test('a page that is another’s is still his', async () => {
      pump = await story.report('otto', 'pump 3 leaks', { severity: 'S1' });
      const page = await story.pageOf('mara', pump);
      const foreign = await story.act('otto', pump, 'decline', { page });
      expect(foreign).toMatchObject({ outcome: 'rejected', code: 'not-your-page' });
      await story.house.forward(minutes(5) - 1);
      expect(story.heard()).toEqual(['13:00 mara page']);
    });
  });

  describe('silent after the acknowledgement', () => {
    test('he is asked; five minutes later he is paged anew, and then the next step', async () => {
      await takenBy('mara');
      await story.house.forward(minutes(30));
      expect(story.heard()).toEqual(['13:30 mara still-on-it']);
      expect(story.house.sent.all.at(-1)).toMatchObject({ says: 'still-on-it', isLoud: true });
      await story.house.forward(minutes(5));
      expect(story.heard()).toEqual(['13:35 mara page']);
      expect(await story.stands(pump)).toMatchObject({ generation: 2, owner: null, run: 'active' });
      await story.house.forward(minutes(5));
      expect(story.heard()).toEqual(['13:40 lena page', '13:40 otto page']);
    });

    test('work that goes on puts it off, before he is asked and after', async () => {
      await takenBy('mara');
      await story.house.forward(minutes(29));
      await story.act('mara', pump, 'progress', { note: 'a new seal' });
      expect(await story.stands(pump)).toMatchObject({ phase: 'in-progress', expires: '13:59' });
      await story.house.forward(minutes(34));
      expect(story.heard()).toEqual(['13:59 mara still-on-it']);
      await story.act('mara', pump, 'progress', { note: 'still dripping' });
      expect(await story.stands(pump)).toMatchObject({ generation: 1, expires: '14:33' });
    });

    test('work gives it back to him when he had lost it', async () => {
      await takenBy('mara');
      await story.house.forward(minutes(40));
      story.heard();
      await story.act('mara', pump, 'progress', { note: 'I was in the cellar' });
      expect(story.heard()).toEqual(['13:40 lena taken', '13:40 otto taken']);
      expect(await story.stands(pump)).toMatchObject({
        phase: 'in-progress',
        owner: 'mara',
        run: 'acked',
      });
    });

    test.each([
      ['S2', '15:00'],
      ['S3', 'tue 08:00'],
      ['S4', null],
    ] as const)('at %s he is trusted until %s', async (severity, expires) => {
      await takenBy('mara', severity);
      expect(await story.stands(pump)).toMatchObject({ expires });
    });
  });

  test('its log says in order what happened, and by whom', async () => {
    await reported();
    expect(await story.added(pump)).toEqual([
      'reported',
      'routed',
      'run-started',
      'rung-fired',
      'rung-armed',
    ]);
    await acknowledge('mara');
    expect(await story.added(pump)).toEqual(['acknowledged', 'expiry-armed']);
    await story.house.forward(minutes(35));
    expect(await story.added(pump)).toEqual([
      'expiry-asked',
      'ack-expired',
      'run-started',
      'rung-fired',
      'rung-armed',
    ]);
    const { events } = await story.timeline(pump);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
    const people = events.map(({ by }) => by);
    expect([...new Set(people)]).toEqual(['berta', 'mara', '@engine']);
  });
});
