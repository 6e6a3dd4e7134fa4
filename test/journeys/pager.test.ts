import { createECDH, randomBytes } from 'node:crypto';
import type { Registered } from '@rung/protocol/device.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportMessage, send } from '../harness/command.ts';
import type { PersonKey } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { type Visitor, visitor } from '../harness/house.ts';
import { methodOf } from '../harness/recorder.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const accepted = { kind: 'accepted' } as const;
const displayed = { kind: 'displayed' } as const;
const gone = { kind: 'gone', detail: '410' } as const;

/** Mara is on call with a phone and then a laptop, both subscribed over HTTP; what is sent to them the recorder takes. */
describe.each(dialects)('a pager, on %s', (dialect) => {
  let story: Story;
  let phone: Pager;
  let laptop: Pager;
  beforeEach(async () => {
    story = await tellStory(dialect, { reachable: ['ada', 'lena', 'otto'] });
    phone = await pagerOf('mara');
    laptop = await pagerOf('mara');
    // Both have shown their first check.
    await story.house.forward(minutes(10));
    story.heard();
  });
  afterEach(() => story.end());

  type Pager = { readonly id: string; readonly secret: string };

  async function pagerOf(person: PersonKey): Promise<Pager> {
    // A later device is a later contact method.
    story.house.clock.forward(seconds(1));
    const answer = await (await story.as(person))('/api/devices', { json: {} });
    const { device: id, secret } = (await answer.json()) as Registered;
    await subscribe({ id, secret });
    return { id, secret };
  }
  async function subscribe(pager: Pager): Promise<void> {
    const endpoint = `https://fcm.googleapis.com/fcm/send/${randomBytes(8).toString('hex')}`;
    const p256dh = createECDH('prime256v1').generateKeys('base64url', 'uncompressed');
    const json = { endpoint, keys: { p256dh, auth: randomBytes(16).toString('base64url') } };
    const answer = await asDevice(pager)('/api/subscription', { method: 'PUT', json });
    expect(answer.status).toBe(204);
  }
  const asDevice = ({ id, secret }: Pager): Visitor =>
    visitor(story.house.url, { authorization: `Device ${id}.${secret}` });
  const known = async (pager: Pager) => {
    const answer = await asDevice(pager)('/api/subscription');
    return ((await answer.json()) as { kept: { isBroken: boolean; isSuspect: boolean } | null })
      .kept;
  };
  const show = async (pager: Pager, kind: 'displayed' | 'opened' = 'displayed') => {
    const last = story.house.sent.all.findLast(({ method }) => method === pager.id);
    const receipts = [{ notification: last?.id, kind }];
    const answer = await asDevice(pager)('/api/receipts', { json: { receipts } });
    expect(answer.status).toBe(204);
    await story.house.look();
  };
  const reported = (title = 'pump 3 leaks') => story.report('berta', title, { severity: 'S1' });
  const heard = () =>
    story
      .heard()
      .map((line) => line.replace(`(${phone.id})`, 'phone').replace(`(${laptop.id})`, 'laptop'));
  const answers = (pager: Pager, outcome: Parameters<Story['answer']>[1]) =>
    story.answer(pager.id, outcome);
  /** Nobody else shows anything, nor does he: pages go their way at 45 s. */
  const isSilent = () => {
    for (const pager of [phone, laptop]) answers(pager, accepted);
  };

  test('that shows a page in time keeps the person’s next one from being asked', async () => {
    isSilent();
    await reported();
    await story.house.forward(seconds(44));
    await show(phone);
    await story.house.forward(minutes(4));
    expect(heard()).toEqual(['13:10:02 mara page phone']);
  });

  test('that shows it too late is a sign all the same, and takes nothing back that was asked meanwhile', async () => {
    isSilent();
    const pump = await reported();
    await story.house.forward(seconds(90));
    expect(await story.added(pump)).toContain('unreachable');
    await show(phone, 'opened');
    expect(await story.added(pump)).toContain('revived');
    expect(heard()).toEqual([
      '13:10:02 mara page phone',
      '13:10:47 mara page laptop',
      '13:11:32 lena page',
      '13:11:32 otto page',
    ]);
  });

  describe('that is silent', () => {
    const pageInVain = async (title: string) => {
      const ticket = await reported(title);
      await story.house.forward(seconds(46));
      await story.act('otto', ticket, 'acknowledge', {});
      await story.house.forward(seconds(14));
    };

    test('twice in a row is suspect: he, and who leads him, are told once, and the other is asked first', async () => {
      answers(phone, accepted);
      await pageInVain('pump 1');
      expect(await known(phone)).toMatchObject({ isSuspect: false });
      heard();
      await pageInVain('pump 2');
      expect(heard()).toEqual([
        '13:11:02 mara page phone',
        '13:11:47 mara page laptop',
        '13:11:47 mara pager-silent laptop',
        '13:11:47 mara pager-silent phone',
        '13:11:47 lena pager-silent',
        '13:11:48 mara taken laptop',
        '13:11:48 mara taken phone',
      ]);
      expect(await known(phone)).toMatchObject({ isSuspect: true });
      await pageInVain('pump 3');
      expect(heard().filter((line) => !line.includes('taken'))).toEqual([
        '13:12:02 mara page laptop',
      ]);
    });

    test('is as good as ever once it shows something', async () => {
      answers(phone, accepted);
      await pageInVain('pump 1');
      await show(phone);
      await pageInVain('pump 2');
      expect(await known(phone)).toMatchObject({ isSuspect: false });
      await pageInVain('pump 3');
      expect(await known(phone)).toMatchObject({ isSuspect: true });
      await show(phone);
      expect(await known(phone)).toMatchObject({ isSuspect: false });
      heard();
      await reported('pump 4');
      expect(heard()).toEqual([expect.stringMatching(/mara page phone$/)]);
    });

    test('is counted once for one page, also where another is added when it was given up', async () => {
      isSilent();
      await reported();
      await story.house.forward(minutes(2));
      await story.house.parts.writer.addContactMethod(methodOf('mara', 3));
      await story.house.look();
      expect(heard().at(-1)).toMatch(/mara page \(mara-3\)$/);
      await story.house.forward(minutes(1));
      expect(await known(phone)).toMatchObject({ isSuspect: false });
      expect(await known(laptop)).toMatchObject({ isSuspect: false });
    });

    test('is not counted while it still has time', async () => {
      isSilent();
      for (const title of ['pump 1', 'pump 2']) {
        const ticket = await reported(title);
        await story.house.forward(seconds(5));
        // Whoever gets another way to be told is asked by that at once.
        await pagerOf('mara');
        await story.house.look();
        await story.act('otto', ticket, 'acknowledge', {});
      }
      await reported('pump 3');
      await story.house.forward(seconds(45));
      expect(await known(phone)).toMatchObject({ isSuspect: false });
    });

    test('is not counted while nothing got through to it', async () => {
      answers(phone, { kind: 'again', detail: '503' });
      await pageInVain('pump 1');
      await pageInVain('pump 2');
      await pageInVain('pump 3');
      expect(await known(phone)).toMatchObject({ isSuspect: false });
      expect(heard().filter((line) => line.includes('pager'))).toEqual([]);
    });
  });

  describe('that is gone', () => {
    test('is told of on the person’s others, once', async () => {
      answers(phone, gone);
      await reported();
      story.house.clock.forward(seconds(1));
      await reported('pump 4 leaks');
      expect(heard()).toEqual([
        '13:10:02 mara page phone',
        '13:10:02 mara pager-lost laptop',
        '13:10:02 mara page laptop',
        '13:10:03 mara page laptop',
      ]);
      expect(await known(phone)).toMatchObject({ isBroken: true });
    });

    test('is told of once, also where several pages were on their way to it', async () => {
      answers(phone, gone);
      for (const title of ['pump 1', 'pump 2']) {
        await send(
          await story.as('berta'),
          reportMessage(title, { severity: 'S1', site: 'oven-hall' }),
        );
      }
      await story.house.look();
      const lines = heard().map((line) => line.slice('13:10:02 '.length));
      expect(lines.filter((line) => line === 'mara page phone')).toHaveLength(2);
      expect(lines.filter((line) => line.includes('pager-lost'))).toEqual([
        'mara pager-lost laptop',
      ]);
    });

    test('and was the last that worked is told of to who leads him', async () => {
      for (const pager of [phone, laptop]) answers(pager, gone);
      await reported();
      const lines = heard().filter((line) => line.includes('pager'));
      expect(lines).toEqual(['13:10:02 mara pager-lost laptop', '13:10:02 lena pager-lost']);
    });

    test('is good again with another subscription, and checked', async () => {
      answers(phone, gone);
      await reported();
      answers(phone, displayed);
      heard();
      story.house.clock.forward(seconds(1));
      await subscribe(phone);
      await story.house.look();
      expect(heard()).toEqual(['13:10:03 mara pager-works phone']);
      expect(await known(phone)).toMatchObject({ isBroken: false });
    });

    test('while a page waits for it, and is switched off and on again, gets that page', async () => {
      await asDevice(laptop)('/api/subscription', { method: 'DELETE' });
      answers(phone, () => {
        throw new Error('it takes nothing while it is off');
      });
      await asDevice(phone)('/api/subscription', { method: 'DELETE' });
      const pump = await reported();
      expect(await story.added(pump)).toContain('unreachable');
      answers(phone, displayed);
      heard();
      story.house.clock.forward(seconds(1));
      await subscribe(phone);
      await story.house.look();
      expect(heard()).toContain('13:10:03 mara page phone');
    });

    test('between a page and its being sent, and good again after, gets that page', async () => {
      await asDevice(laptop)('/api/subscription', { method: 'DELETE' });
      await send(
        await story.as('berta'),
        reportMessage('pump 3 leaks', { severity: 'S1', site: 'oven-hall' }),
      );
      await asDevice(phone)('/api/subscription', { method: 'DELETE' });
      await story.house.look();
      expect(heard().filter((line) => line.includes('mara'))).toEqual([]);
      await subscribe(phone);
      await story.house.look();
      expect(heard()).toContain('13:10:02 mara page phone');
    });

    test('since its device was signed out is asked no more, and nobody is told', async () => {
      await asDevice(phone)(`/api/devices/${phone.id}`, { method: 'DELETE' });
      await reported();
      expect(heard()).toEqual(['13:10:02 mara page laptop']);
    });
  });

  describe('that takes nothing for a while', () => {
    test('leaves a page to the next at once, and gets it later', async () => {
      const busy = [{ kind: 'later', detail: '429', afterMs: minutes(3), wasSent: true } as const];
      answers(phone, () => busy.pop() ?? accepted);
      answers(laptop, accepted);
      const pump = await reported();
      expect(heard()).toEqual(['13:10:02 mara page phone', '13:10:02 mara page laptop']);
      await story.house.forward(minutes(4));
      expect(heard().filter((line) => line.includes('mara'))).toEqual([
        expect.stringMatching(/^13:13:0\d(\.\d+)? mara page phone$/),
      ]);
      await show(phone);
      expect(await story.added(pump)).toContain('revived');
    });

    test('leaves it to nobody where it is the last, and he is not given up meanwhile', async () => {
      const later = { kind: 'later', detail: '429', afterMs: minutes(30), wasSent: true } as const;
      for (const pager of [phone, laptop]) answers(pager, later);
      const pump = await reported();
      await story.house.forward(minutes(4));
      expect(await story.added(pump)).not.toContain('unreachable');
      expect(heard()).toEqual(['13:10:02 mara page phone', '13:10:02 mara page laptop']);
    });

    test('gets nothing that is worth nothing any more', async () => {
      const pump = await reported();
      await story.act('mara', pump, 'acknowledge', {});
      heard();
      const later = {
        kind: 'later',
        detail: '429',
        afterMs: minutes(4) + seconds(50),
        wasSent: true,
      } as const;
      for (const pager of [phone, laptop]) answers(pager, later);
      await story.house.forward(minutes(30));
      expect(heard().filter((line) => line.includes('still-on-it'))).toHaveLength(2);
      // Nobody looks for a while; the question is answered by nobody, and over.
      story.house.clock.forward(minutes(6));
      await story.house.look();
      expect(heard().filter((line) => line.includes('still-on-it'))).toEqual([]);
    });
  });

  test('is checked when it is due, though the server was down, and by day in the week after', async () => {
    await story.isDownFor(hours(24 * 9) - hours(4));
    await story.house.forward(hours(4));
    const checks = heard().filter((line) => line.includes('pager-works'));
    expect(checks.toSorted()).toEqual([
      expect.stringMatching(/^mon 10:[012]\d(:\d\d)? mara pager-works (phone|laptop)$/),
      expect.stringMatching(/^mon 10:[012]\d(:\d\d)? mara pager-works (phone|laptop)$/),
    ]);
    expect(new Set(checks.map((line) => line.split(' ').at(-1))).size).toBe(2);
  });
});
