import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects } from '../harness/dialects.ts';
import { hours, minutes, type Story, tellStory } from '../harness/story.ts';

/** What a ticket becomes, and who is told. Mara is on call; an urgent one asks Lena and Otto after her. */
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
  const rates = (person: 'mara' | 'otto' | 'lena', severity: 'S1' | 'S2' | 'S3') =>
    story.act(person, pump, 'change-severity', { severity, reason: 'the cellar is wet' });

  describe('raised', () => {
    test('while nobody has it begins the worse ladder', async () => {
      await reported('S3');
      await rates('lena', 'S1');
      expect(story.heard()).toEqual(['13:00 mara page']);
      expect(await story.stands(pump)).toMatchObject({ severity: 'S1', generation: 2 });
      await story.house.forward(minutes(5));
      expect(story.heard()).toEqual(['13:05 lena page', '13:05 otto page']);
    });

    test('to S1 asks the owner and the first step together', async () => {
      await takenBy('otto', 'S3');
      await rates('lena', 'S1');
      expect(story.heard()).toEqual(['13:00 otto page', '13:00 mara page']);
      expect(await acknowledge('otto')).toMatchObject({ code: null });
      expect(story.heard()).toEqual(['13:00 mara taken']);
      expect(await story.stands(pump)).toMatchObject({ owner: 'otto', run: 'acked' });
    });

    test('to anything milder asks the owner first, and the first step after five minutes', async () => {
      await takenBy('otto', 'S3');
      await rates('lena', 'S2');
      expect(story.heard()).toEqual(['13:00 otto page']);
      await story.house.forward(minutes(5));
      expect(story.heard()).toEqual(['13:05 mara page']);
    });

    test('by the owner is his acknowledgement; at S1 the first step is told', async () => {
      await takenBy('otto', 'S3');
      await rates('otto', 'S1');
      expect(story.heard()).toEqual(['13:00 mara raised']);
      expect(await story.stands(pump)).toMatchObject({
        generation: 2,
        owner: 'otto',
        run: 'acked',
        expires: '13:30',
      });
    });

    test('by two to the same begins one ladder', async () => {
      await reported('S3');
      const offline = await story.offline('otto', pump);
      await rates('lena', 'S1');
      story.heard();
      const again = { severity: 'S1', reason: 'it leaks' } as const;
      expect(await offline('change-severity', again)).toMatchObject({ code: 'already-so' });
      expect(story.heard()).toEqual([]);
      expect(await story.stands(pump)).toMatchObject({ generation: 2 });
    });
  });

  describe('lowered', () => {
    test('while nobody has it climbs the milder ladder; whoever was paged keeps his page', async () => {
      await reported('S1');
      await rates('lena', 'S3');
      expect(story.heard()).toEqual([]);
      expect(await story.stands(pump)).toMatchObject({ generation: 1, next: '1.2 at mon 12:00' });
      expect(await acknowledge('mara')).toMatchObject({ code: null });
    });

    test('while somebody has it asks nobody, and trusts him for longer', async () => {
      await takenBy('otto', 'S1');
      await rates('lena', 'S2');
      expect(story.heard()).toEqual([]);
      expect(await story.stands(pump)).toMatchObject({ owner: 'otto', expires: '15:00' });
    });
  });

  describe('resolved', () => {
    test('takes every page back, and nothing more is asked', async () => {
      await reported();
      await story.house.forward(minutes(5));
      story.heard();
      await story.act('otto', pump, 'resolve', { resolution: 'a new seal' });
      expect(story.heard()).toEqual(['13:05 mara solved', '13:05 lena solved']);
      expect(await story.stands(pump)).toMatchObject({
        phase: 'resolved',
        owner: 'otto',
        run: 'done',
        next: null,
        expires: null,
      });
      await story.house.forward(hours(24));
      expect(story.heard()).toEqual([]);
    });

    test('is closed by itself after 72 hours, and then it is too late to reopen it', async () => {
      await takenBy('mara');
      await story.act('mara', pump, 'resolve', { resolution: 'a new seal' });
      await story.house.forward(hours(72) - 1);
      expect(await story.stands(pump)).toMatchObject({ phase: 'resolved' });
      await story.house.forward(1);
      expect(await story.stands(pump)).toMatchObject({ phase: 'closed' });
      expect((await story.timeline(pump)).events.at(-1)).toMatchObject({
        name: 'closed',
        by: '@engine',
      });
      const late = await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
      expect(late).toMatchObject({ outcome: 'rejected', code: 'reopen-window-over' });
    });

    test('must come before closing', async () => {
      await takenBy('mara');
      const early = await story.act('lena', pump, 'close', {});
      expect(early).toMatchObject({ outcome: 'rejected', code: 'not-resolved' });
      await story.act('mara', pump, 'resolve', { resolution: 'a new seal' });
      expect(await story.act('lena', pump, 'close', {})).toMatchObject({ outcome: 'applied' });
      expect(await story.act('lena', pump, 'close', {})).toMatchObject({ outcome: 'noop' });
      expect(await story.stands(pump)).toMatchObject({ phase: 'closed' });
    });
  });

  describe('reopened', () => {
    const solvedBy = async (person: 'mara' | 'otto') => {
      await takenBy(person);
      await story.act(person, pump, 'resolve', { resolution: 'a new seal' });
      await story.house.forward(hours(1));
    };

    test('asks whoever had it first, while he is on shift', async () => {
      await solvedBy('mara');
      await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
      expect(story.heard()).toEqual(['14:00 mara page']);
      expect(await story.stands(pump)).toMatchObject({
        phase: 'open',
        generation: 2,
        owner: null,
        next: '1.1 at 14:05',
      });
    });

    test('begins with the first step when he is off', async () => {
      await solvedBy('otto');
      await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
      expect(story.heard()).toEqual(['14:00 mara page']);
      expect(await story.stands(pump)).toMatchObject({ next: '1.2 at 14:05' });
    });

    test('after it was closed too, inside the window', async () => {
      await solvedBy('otto');
      await story.act('lena', pump, 'close', {});
      await story.house.forward(hours(71) - 1);
      const late = await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
      expect(late).toMatchObject({ outcome: 'applied', code: null });
      expect(story.heard()).toHaveLength(1);
    });

    test('while it is open is only noted: whoever has it reads what the client wrote', async () => {
      await takenBy('mara');
      const outcome = await story.act('berta', pump, 'reopen', { reason: 'it drips again' });
      expect(outcome).toMatchObject({ outcome: 'applied', code: 'already-so' });
      expect(story.heard()).toEqual(['13:00 mara client-wrote']);
      expect(await story.stands(pump)).toMatchObject({ generation: 1, owner: 'mara' });
    });
  });
});
