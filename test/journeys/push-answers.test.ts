import type { Registered } from '@rung/protocol/device.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects, freshPlace } from '../harness/dialects.ts';
import { visitor } from '../harness/house.ts';
import { openPhone, type Phone, sendingTo } from '../harness/push-phone.ts';
import { openPushService, type PushService } from '../harness/push-service.ts';
import { methodOf } from '../harness/recorder.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';
import { tagOf } from '../harness/tag-of.ts';

describe.each(dialects)('what a push service answers, on %s', (dialect) => {
  let service: PushService;
  let story: Story;
  let phone: Phone;
  beforeEach(async () => {
    service = await openPushService();
    story = await tellStory(dialect, {
      reachable: ['ada', 'max', 'lena', 'otto'],
      ...sendingTo(service),
    });
    phone = await openPhone(story, service, 'mara');
    await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
    service.fresh();
  });
  afterEach(async () => {
    await story.end();
    await service.close();
  });

  const reported = (title = 'pump 3 leaks') => story.report('berta', title, { severity: 'S1' });
  /** What came of every try at her phone with the page: how it ended, and why. */
  const tries = async () => {
    const rows = await story.house.parts.db.read
      .selectFrom('attempt')
      .innerJoin('notification', 'notification.id', 'attempt.notification')
      .select(['attempt.outcome', 'attempt.detail'])
      .where('notification.method', '=', phone.id)
      .where('notification.says', '=', 'page')
      .orderBy('attempt.at')
      .orderBy('attempt.n')
      .execute();
    return rows.map(({ outcome, detail }) => [outcome, detail].filter(Boolean).join(' '));
  };
  const host = () => service.hostPort;
  const mended = async () => {
    service.always('*', null);
    service.fresh();
  };
  /** What was told meanwhile; at one instant the order is nobody's. */
  const told = () => story.heard().toSorted();
  const isBroken = async () => (await phone.state()).kept?.isBroken;

  test.each([200, 201, 202])(
    '%i: it has it; whether it is shown is yet to be seen',
    async (status) => {
      service.script('*', { status });
      await reported();
      await story.house.forward(seconds(45) - 1);
      expect([await tries(), story.heard()]).toEqual([['accepted'], []]);
      await story.house.forward(1);
      expect(story.heard()).toEqual(['13:00:45 mara page (mara-2)']);
    },
  );

  test('400: not tried again, its words kept, the next contact method at once', async () => {
    service.script('*', { status: 400, body: '{"reason":"BadWebPushTopic"}' });
    await reported();
    expect(story.heard()).toEqual(['13:00 mara page (mara-2)']);
    expect(await tries()).toEqual([`refused ${host()} answered 400: {"reason":"BadWebPushTopic"}`]);
    await story.house.forward(minutes(2));
    expect(service.fresh()).toHaveLength(1);
    expect(await isBroken()).toBe(false);
  });

  test('400, again and again: the second tells the administrators, the third ends the subscription', async () => {
    service.always('*', { status: 400 });
    await reported();
    expect(story.heard()).not.toContain('13:00 ada push-trouble');
    await reported('door');
    expect(story.heard()).toContain('13:00 ada push-trouble');
    expect(await isBroken()).toBe(false);
    await reported('light');
    expect(await isBroken()).toBe(true);
    expect(told()).toEqual(['13:00 mara page (mara-2)', '13:00 mara pager-lost (mara-2)']);
    await mended();
    await reported('roof');
    expect(service.fresh()).toEqual([]);
  });

  test('403, once: a new token, and it is taken', async () => {
    service.script('*', { status: 403 });
    await reported();
    const [first, second] = service.fresh();
    expect(second?.status).toBe(201);
    expect(second?.token).not.toBe(first?.token);
    expect(await tries()).toEqual(['accepted']);
  });

  test.each([401, 403])(
    '%i, where it takes others: this subscription is over, and the device makes a new one',
    async (status) => {
      service.always(phone.browser.endpoint, { status });
      await reported();
      expect(await isBroken()).toBe(true);
      expect(told()).toEqual(['13:00 mara page (mara-2)', '13:00 mara pager-lost (mara-2)']);
      expect(service.fresh()).toHaveLength(2);
      expect((await phone.subscribe('anew')).status).toBe(204);
      expect([await isBroken(), phone.heard()]).toEqual([false, ['pager-works']]);
      await reported('door');
      expect(phone.heard()).toEqual(['page']);
      expect(story.heard().filter((line) => line.includes('push-trouble'))).toEqual([]);
    },
  );

  test.each([401, 403])(
    '%i to one after the other: it is not the phone; administrators are told once an hour, and it is tried again',
    async (status) => {
      const ottos = await openPhone(story, service, 'otto');
      await story.house.forward(hours(25));
      phone.got();
      story.heard();
      service.always('*', { status });
      await reported();
      // One alone may be stale: nobody is woken for that.
      expect(told()).toEqual(['sun 14:00 mara page (mara-2)']);
      expect(story.house.logged.join('\n')).toContain('refuses us for one subscription');
      await ottos.visit('/api/subscription/check', { json: { inMs: 0 } });
      await story.house.look();
      expect(told()).toEqual(['sun 14:00 ada push-trouble']);
      expect([await isBroken(), (await ottos.state()).kept?.isBroken]).toEqual([false, false]);
      await reported('door');
      expect(told()).toEqual(['sun 14:00 mara page (mara-2)']);
      expect(story.house.logged.join('\n')).toContain('a push service refuses us');
      story.answer('mara-2', { kind: 'refused', detail: 'no' });
      const roof = await reported('roof');
      await mended();
      await story.house.forward(minutes(1));
      expect(phone.got().map(({ tag }) => tag)).toEqual([tagOf(roof, 'mara')]);
    },
  );

  test.each([401, 403])(
    '%i to one alone, where nothing was taken for a day: over after ten minutes, and nobody is woken',
    async (status) => {
      await story.house.forward(hours(25));
      story.heard();
      service.always('*', { status });
      story.answer('mara-2', { kind: 'accepted' });
      await reported();
      await story.house.forward(minutes(9));
      expect(await isBroken()).toBe(false);
      await story.house.forward(minutes(3));
      expect(await isBroken()).toBe(true);
      expect(story.heard().filter((line) => line.includes('push-trouble'))).toEqual([]);
    },
  );

  test.each([404, 410])(
    '%i: the subscription is over, and its person hears it elsewhere',
    async (status) => {
      service.always(phone.browser.endpoint, { status });
      await reported();
      expect(told()).toEqual(['13:00 mara page (mara-2)', '13:00 mara pager-lost (mara-2)']);
      expect(await isBroken()).toBe(true);
      service.fresh();
      await reported('door');
      await story.house.forward(hours(24 * 8));
      expect(service.fresh().filter(({ endpoint }) => endpoint === phone.browser.endpoint)).toEqual(
        [],
      );
    },
  );

  test.each([
    ['410', async () => service.always(phone.browser.endpoint, { status: 410 })],
    ['201, and never shown', async () => undefined],
  ])('%s, then subscribed anew: what waits comes there at once', async (_, script) => {
    await script();
    story.answer('mara-2', { kind: 'accepted' });
    const id = await reported();
    await story.house.forward(seconds(30));
    phone.got();
    expect((await phone.subscribe('anew')).status).toBe(204);
    const got = phone.got().map(({ data: { says, ticket } }) => [says, ticket]);
    expect(got).toContainEqual(['page', id]);
    await story.house.forward(seconds(10));
    expect(phone.heard()).toEqual([]);
  });

  test('410 to the only one she has: who answers for her hears it', async () => {
    const doras = await openPhone(story, service, 'dora');
    service.always(doras.browser.endpoint, { status: 410 });
    await doras.visit('/api/subscription/check', { json: { inMs: 0 } });
    await story.house.look();
    expect(story.heard()).toEqual(['13:00 max pager-lost']);
  });

  test('413: the same once more with less, then no more', async () => {
    service.script('*', { status: 413 });
    await reported('pump 3 leaks in the oven hall');
    const [long, short] = service.fresh();
    expect(long?.text).toContain('pump 3');
    expect(short?.text).not.toContain('pump 3');
    expect(short!.size).toBeLessThan(long!.size);
    expect(phone.got()).toMatchObject([{ data: { says: 'page', seen: { generation: 1 } } }]);
    expect(await tries()).toEqual(['accepted']);

    service.script('*', { status: 413 }, { status: 413 });
    await reported('door');
    expect(service.fresh()).toHaveLength(2);
    expect(story.heard()).toEqual(['13:00 mara page (mara-2)']);
  });

  describe('429', () => {
    test('with Retry-After: the page goes another way at once, and nothing goes there before', async () => {
      const ottos = await openPhone(story, service, 'otto');
      service.script(phone.browser.endpoint, { status: 429, headers: { 'retry-after': '120' } });
      story.answer('mara-2', { kind: 'accepted' });
      await reported();
      expect(story.heard()).toEqual(['13:00 mara page (mara-2)']);
      service.fresh();
      await reported('door');
      expect(story.heard()).toEqual(['13:00 mara page (mara-2)']);
      expect(service.fresh()).toEqual([]);
      // Others of the same push service are sent theirs.
      await ottos.visit('/api/subscription/check', { json: { inMs: 0 } });
      await story.house.look();
      expect(ottos.heard()).toEqual(['pager-works']);
      phone.got();
      await story.house.forward(seconds(120) - 1);
      expect(phone.got()).toEqual([]);
      await story.house.forward(seconds(5));
      expect(phone.heard().filter((says) => says === 'page')).toHaveLength(2);
    });

    test.each([
      // By the clock of the push service, which is nobody else's.
      ['a moment', { 'retry-after': inUTC('12:01'), date: inUTC('12:00') }, 60],
      ['nothing', {}, 30],
      ['nonsense', { 'retry-after': 'soon' }, 30],
    ])('with %s: waits', async (_, headers, waitS) => {
      service.script('*', { status: 429, headers });
      story.answer('mara-2', { kind: 'accepted' });
      await reported();
      await story.house.forward(seconds(waitS - 2));
      expect(phone.got()).toEqual([]);
      await story.house.forward(seconds(10));
      expect(phone.heard()).toEqual(['page']);
    });
  });

  describe('nothing, or nothing that makes sense', () => {
    const steps = [
      ['500', { status: 500 }, /answered 500/],
      ['503', { status: 503, headers: { 'retry-after': '86400' } }, /answered 503/],
      ['a reset', { how: 'reset' }, /ECONNRESET|socket hang up/],
      ['half an answer', { status: 201, how: 'half' }, /half an answer/],
    ] as const;
    beforeEach(() => story.answer('mara-2', { kind: 'accepted' }));

    test.each(steps)('%s: tried again soon, until it is taken', async (_, step, why) => {
      service.script('*', step, step, step);
      await reported();
      await story.house.forward(seconds(9));
      const all = await tries();
      expect(all.length).toBeGreaterThan(1);
      for (const one of all.slice(0, -1)) expect(one).toMatch(why);
      expect(all.at(-1)).toBe('accepted');
      expect([phone.heard(), story.heard()]).toEqual([['page'], []]);
    });

    test.each(steps)('%s, again and again: the next way after ten seconds', async (_, step) => {
      service.always('*', step);
      await reported();
      await story.house.forward(seconds(10) - 1);
      expect(story.heard()).toEqual([]);
      await story.house.forward(1);
      expect(story.heard()).toEqual(['13:00:10 mara page (mara-2)']);
      expect(await isBroken()).toBe(false);
    });

    test('a redirect: not followed', async () => {
      const other = await openPushService(service.authority);
      const location = `${other.origin}/push/elsewhere`;
      for (const status of [301, 307, 308]) {
        service.script('*', { status, headers: { location } });
        await reported(`pump ${status}`);
        expect(story.heard()).toEqual(['13:00 mara page (mara-2)']);
      }
      expect([other.connections, service.fresh().length]).toEqual([0, 3]);
      await other.close();
    });
  });
});

describe.each(dialects)('a push service that cannot be spoken to, on %s', (dialect) => {
  const nowhere = `${'x'.repeat(64)}.invalid:443`;
  /** Nobody listens there. */
  const nobody = 'localhost:1';

  test.each([
    ['nobody vouches for', 'untrusted', /UNABLE_TO_VERIFY|SELF_SIGNED|signature/i],
    ['is not found', 'unknown', /ENOTFOUND|EAI_/],
    ['does not listen', 'closed', /ECONNREFUSED/],
  ] as const)(
    'because it %s, is tried again, and the page goes the next way',
    async (_, how, why) => {
      const service = await openPushService();
      const other = await openPushService();
      const both = sendingTo(service, other);
      const pushAllow = [...both.pushAllow, nowhere, nobody];
      const story = await tellStory(dialect, { reachable: [], ...both, pushAllow });
      const phone = await openPhone(story, service, 'mara');
      await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
      const elsewhere = {
        unknown: `https://${nowhere}`,
        closed: `https://${nobody}`,
        untrusted: other.origin,
      }[how];
      const { keys } = phone.browser;
      const endpoint = `${elsewhere}/push/x`;
      const said = await phone.visit('/api/subscription', {
        method: 'PUT',
        json: { endpoint, keys },
      });
      expect(said.status).toBe(204);
      await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
      await story.house.forward(seconds(10));
      // At the latest: the check of this new subscription failed, too, so that it is put off.
      const [by, ...more] = story.heard();
      expect(by).toMatch(/^13:00:(0\d.*|10) mara page \(mara-2\)$/);
      expect(more).toEqual([]);
      const told = await story.house.parts.db.read
        .selectFrom('attempt')
        .select(['outcome', 'detail'])
        .where('outcome', '=', 'again')
        .execute();
      expect(told[0]?.detail).toMatch(why);
      expect(other.received).toEqual([]);
      await story.end();
      await service.close();
      await other.close();
    },
  );

  test('because Apple wants somebody to write to and there is nobody: said at the door, and nothing is sent', async () => {
    const place = await freshPlace(dialect);
    const apple = 'https://web.push.apple.com/QGmT';
    const { keys } = await newSubscription();
    const json = { endpoint: apple, keys };
    // Where pushes go to the recorder: nobody is to ask Apple.
    const before = await tellStory(dialect, {
      reachable: [],
      place,
      pushSubject: 'mailto:a@b.org',
    });
    const { device, secret } = (await (
      await (
        await before.as('mara')
      )('/api/devices', { json: {} })
    ).json()) as Registered;
    const headers = { authorization: `Device ${device}.${secret}` };
    const put = (story: Story) =>
      visitor(story.house.url, headers)('/api/subscription', { method: 'PUT', json });
    expect((await put(before)).status).toBe(204);
    await before.end();

    const story = await tellStory(dialect, { reachable: [], place, sendsPushes: true });
    const refused = await put(story);
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { code: 'apple-needs-subject' },
    ]);
    await story.house.parts.writer.addContactMethod(methodOf('mara', 2));
    await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    expect(story.heard()).toEqual(['13:00 mara page (mara-2)']);
    const ends = await story.house.parts.db.read
      .selectFrom('attempt')
      .select(['outcome', 'detail'])
      .where('outcome', '=', 'refused')
      .execute();
    expect(ends[0]?.detail).toBe('apple-needs-subject');
    await story.end();
    await place.remove();
  });
});

async function newSubscription() {
  const service = await openPushService();
  const subscribed = await service.subscribe();
  await service.close();
  return subscribed;
}

function inUTC(time: string): string {
  return new Date(`2020-02-29T${time}:00Z`).toUTCString();
}
