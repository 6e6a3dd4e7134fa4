import type { Outcome } from '@rung/domain/paging/notification.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contactMethodsOf, subscriptionOf } from '../../server/src/db/contact-methods.ts';
import { openWriter } from '../../server/src/apply/writer.ts';
import { openDirectoryCache } from '../../server/src/db/directory.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { dialects } from '../harness/dialects.ts';
import { methodOf } from '../harness/recorder.ts';
import { hours, minutes, seconds, type Story, tellStory } from '../harness/story.ts';

const accepted = { kind: 'accepted' } as const;
const again = { kind: 'again', detail: '503' } as const;
const [phone, laptop, foreign] = [
  '01KC00000000000000000000P1',
  '01KC00000000000000000000P2',
  '01KC00000000000000000000P3',
] as const;

/** It is Saturday, 13:00 in Berlin. */
describe.each(dialects)('pagers, on %s', (dialect) => {
  let story: Story;
  beforeEach(async () => {
    story = await tellStory(dialect);
    for (const id of [phone, laptop]) await register(id, 'otto');
    await register(foreign, 'mara');
  });
  afterEach(() => story.end());

  const parts = () => story.house.parts;
  const register = (id: string, person: string) => {
    const at = story.house.clock.now();
    return parts().writer.registerDevice({ id, person, at, secretHash: id, sessionHash: null });
  };
  const subscribe = (device: string, fingerprint = device, person = 'otto') =>
    parts().writer.subscribe({ device, person, fingerprint, address: `at ${fingerprint}` });
  const kept = (device: string) => subscriptionOf(parts().db, device);
  const checkAt = async (id: string) => {
    const row = await parts()
      .db.read.selectFrom('due')
      .select('due_at')
      .where('kind', '=', 'pager')
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : new Date(row.due_at).toISOString();
  };
  const ask = (device: string, inMs: number, person = 'otto') =>
    parts().writer.checkPager({ device, person, at: story.house.clock.now() + inMs });
  const change = async (id: string, values: { readonly missed: number }) => {
    const { build, writer } = parts().db;
    await writer.run(
      build.updateTable('contact_method').set(values).where('id', '=', id).compile(),
    );
  };
  const sentTo = (method: string) => story.house.sent.all.filter((one) => one.method === method);
  const attemptsOf = (notification: string) =>
    parts()
      .db.read.selectFrom('attempt')
      .select('outcome')
      .where('notification', '=', notification)
      .orderBy('n')
      .execute();
  const receive = (notification: string, kind: 'displayed' | 'opened' = 'displayed') =>
    parts().writer.receive({ notification, device: phone, person: 'otto', kind });

  describe('a subscription', () => {
    test('is checked at once, and then by its check’s own deadline', async () => {
      await subscribe(phone);
      expect(await checkAt(phone)).toBe('2026-11-21T12:00:00.000Z');
      await story.house.look();
      expect(sentTo(phone).map(({ says, title }) => [says, title])).toEqual([
        ['pager-works', 'Otto'],
      ]);
      expect(await checkAt(phone)).toBe('2026-11-21T12:10:00.000Z');
    });

    test('said again keeps what is known of it; another one begins anew and is checked', async () => {
      await subscribe(phone);
      await story.house.forward(minutes(11));
      const before = await kept(phone);
      expect(before).toMatchObject({ missed: 0, shownAt: expect.any(Number) });
      await parts().writer.subscribe({
        device: phone,
        person: 'otto',
        fingerprint: phone,
        address: 'written anew',
      });
      expect(await kept(phone)).toEqual({ ...before, address: 'written anew' });
      expect(await checkAt(phone)).toBe('2026-11-30T09:12:01.000Z');
      await subscribe(phone, 'another');
      expect(await kept(phone)).toMatchObject({ fingerprint: 'another', shownAt: null, missed: 0 });
      expect(await checkAt(phone)).toBe('2026-11-21T12:11:00.000Z');
    });

    test('of one browser belongs to the newest of a person’s devices, and to each of its people', async () => {
      await subscribe(phone, 'browser');
      await subscribe(foreign, 'browser', 'mara');
      await subscribe(laptop, 'browser');
      expect(await kept(phone)).toBeNull();
      expect(await checkAt(phone)).toBeNull();
      expect(await kept(laptop)).toMatchObject({ person: 'otto' });
      expect(await kept(foreign)).toMatchObject({ person: 'mara' });
    });

    test('that is taken back takes no pages; somebody else’s cannot be', async () => {
      await subscribe(phone);
      await parts().writer.unsubscribe({ device: phone, person: 'mara' });
      expect(await kept(phone)).not.toBeNull();
      await parts().writer.unsubscribe({ device: phone, person: 'otto' });
      expect(await kept(phone)).toBeNull();
      expect(await checkAt(phone)).toBeNull();
      await story.house.look();
      expect(sentTo(phone)).toEqual([]);
    });

    test('ends with its device, without another write, and stays so when the device is forgotten', async () => {
      await subscribe(phone);
      const at = story.house.clock.now();
      await parts().writer.revokeDevice({ id: phone, person: 'otto', at });
      expect((await kept(phone))?.brokenAt).toBe(at);
      const methods = await parts().db.look(contactMethodsOf(parts().db, ['otto']));
      expect(methods.map(({ id, brokenAt }) => [id, brokenAt])).toEqual([
        [phone, at],
        ['otto-1', null],
      ]);
      await story.house.look();
      expect(sentTo(phone)).toEqual([]);
      expect(await checkAt(phone)).toBeNull();
      await parts().writer.sweepDevices(at + 1, at + 1);
      expect(await kept(phone)).toBeNull();
    });

    test('without a deadline for its check is given one back', async () => {
      await subscribe(phone);
      await parts().writer.unsubscribe({ device: phone, person: 'otto' });
      await parts().writer.addContactMethod({ ...methodOf('otto'), id: phone, kind: 'push' });
      story.house.clock.forward(seconds(11));
      expect(await story.house.audit()).toBe(1);
      expect(await checkAt(phone)).toBe('2026-11-21T12:00:11.000Z');
      expect(await story.house.audit()).toBe(0);
    });
  });

  describe('a check', () => {
    test('that was shown is repeated in a week, soon after ten, on a weekday', async () => {
      await subscribe(phone);
      await story.house.forward(minutes(10));
      expect(await checkAt(phone)).toBe('2026-11-30T09:12:01.000Z');
      await story.house.forward(hours(24 * 9));
      expect(sentTo(phone)).toHaveLength(2);
    });

    test('that a device accepted and did not show is repeated the next day; the second time people are told', async () => {
      story.answer(phone, accepted);
      await subscribe(phone);
      await story.house.forward(minutes(10));
      expect(await kept(phone)).toMatchObject({ missed: 1 });
      expect(await checkAt(phone)).toBe('2026-11-22T09:12:01.000Z');
      story.heard();
      await story.house.forward(hours(24));
      expect(await kept(phone)).toMatchObject({ missed: 2 });
      expect(story.heard()).toEqual([
        `sun 10:12:01 otto pager-works (${phone})`,
        'sun 10:22:01 otto pager-silent',
        // By all that he has: it may be the one that shows it.
        `sun 10:22:01 otto pager-silent (${phone})`,
        'sun 10:22:01 lena pager-silent',
      ]);
      // And once, until it shows something.
      await story.house.forward(hours(24));
      expect(story.heard()).toEqual([`mon 10:12:01 otto pager-works (${phone})`]);
    });

    test.each([
      ['no push service took', again],
      ['was refused', { kind: 'refused', detail: '400' }],
    ] as const)('that %s was not shown either: nobody can reach its person', async (_, outcome) => {
      story.answer(phone, outcome);
      await subscribe(phone);
      await story.house.forward(minutes(10));
      expect(await kept(phone)).toMatchObject({ missed: 1 });
      expect(await checkAt(phone)).toBe('2026-11-22T09:12:01.000Z');
      story.heard();
      await story.house.forward(hours(21) + minutes(15));
      const told = story.heard().filter((line) => line.includes('pager-silent'));
      expect(told).toContain('sun 10:22:01 lena pager-silent');
    });

    test('that no push service took in ten minutes is not sent any more', async () => {
      let tries = 0;
      story.answer(phone, () => (tries++, again));
      await subscribe(phone);
      await story.house.forward(minutes(10));
      const before = tries;
      await story.house.forward(hours(1));
      expect([before > 10, tries - before]).toEqual([true, 0]);
    });

    test('that somebody asks for is sent when he asked for it, and one that waits counts for nothing', async () => {
      story.answer(phone, accepted);
      await subscribe(phone);
      await story.house.look();
      story.house.clock.forward(seconds(10));
      await ask(phone, 0);
      await story.house.look();
      await ask(phone, minutes(2));
      await ask(phone, 0, 'mara');
      await ask(laptop, 0);
      await story.house.forward(minutes(11));
      expect(new Set(sentTo(phone).map(({ id }) => id)).size).toBe(3);
      expect(await kept(phone)).toMatchObject({ missed: 0 });
      await story.house.forward(minutes(1));
      expect(await kept(phone)).toMatchObject({ missed: 1 });
      expect(await checkAt(laptop)).toBeNull();
    });

    test('that has not left yet is the one that is asked for, also by another subscription', async () => {
      await subscribe(phone);
      await parts().writer.advance({ kind: 'pager', id: phone });
      story.house.clock.forward(seconds(1));
      await ask(phone, 0);
      await subscribe(phone, 'another');
      await story.house.look();
      expect(sentTo(phone)).toHaveLength(1);
      expect(await checkAt(phone)).toBe('2026-11-21T12:10:00.000Z');
      await story.house.forward(minutes(10));
      expect(await kept(phone)).toMatchObject({ missed: 0, fingerprint: 'another' });
    });

    test('that was made at this very instant is sent again as it is', async () => {
      story.answer(phone, accepted);
      await subscribe(phone);
      await story.house.look();
      await subscribe(phone, 'another');
      await story.house.look();
      await ask(phone, 0);
      await story.house.look();
      const ids = sentTo(phone).map(({ id }) => id);
      expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
      expect(await attemptsOf(ids[0] ?? '')).toHaveLength(3);
      await story.house.forward(minutes(10));
      expect(await kept(phone)).toMatchObject({ missed: 1 });
    });

    test('that is tried in vain is not sent beside the one that is asked for after it', async () => {
      const tries: Outcome[] = [
        { kind: 'later', detail: '429', afterMs: minutes(5), wasSent: true },
      ];
      story.answer(phone, () => tries.pop() ?? accepted);
      await subscribe(phone);
      await story.house.look();
      story.house.clock.forward(seconds(10));
      await ask(phone, minutes(1));
      await story.house.forward(minutes(10));
      expect(new Set(sentTo(phone).map(({ id }) => id)).size).toBe(2);
      expect(sentTo(phone)).toHaveLength(2);
    });

    test('is told to be in vain, also where two that counted at once saw one silence each', async () => {
      await subscribe(phone);
      await story.house.forward(minutes(10));
      // As both of them leave it.
      await change(phone, { missed: 2 });
      story.heard();
      await story.house.forward(hours(24 * 9));
      expect(story.heard()).toContain('mon 10:12:01 lena pager-silent');
      // The check was shown; silence after that is told anew.
      story.answer(phone, accepted);
      await story.house.forward(hours(24 * 14));
      expect(story.heard().filter((line) => line.includes('lena pager-silent'))).toHaveLength(1);
    });

    test('is forgotten when it is old, with its tries; nothing else is', async () => {
      await subscribe(phone);
      await story.house.look();
      const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
      const [check] = sentTo(phone);
      const until = story.house.clock.now() + 1;
      await parts().writer.sweepChecks(until - 1);
      expect(await attemptsOf(check?.id ?? '')).toHaveLength(1);
      await parts().writer.sweepChecks(until);
      expect(await attemptsOf(check?.id ?? '')).toHaveLength(0);
      const page = `${await story.pageOf('mara', pump)}/1`;
      expect(await attemptsOf(page)).toHaveLength(1);
      await story.house.forward(minutes(10));
      expect(await kept(phone)).toMatchObject({ shownAt: expect.any(Number) });
    });

    test('is not made of who can act no more', async () => {
      await parts().writer.checkPager({
        device: 'klara-1',
        person: 'klara',
        at: story.house.clock.now(),
      });
      const { people } = (await (await story.house.operator('/api/directory')).json()) as {
        people: Record<string, object>;
      };
      await story.edit({ people: { klara: { ...people['klara'], disabled: true } } });
      await story.house.look();
      expect(sentTo('klara-1')).toEqual([]);
      expect(await checkAt('klara-1')).toBeNull();
    });

    // SQLite has one process.
    test.runIf(dialect === 'postgres')('is made once where two processes find it due', async () => {
      const { databaseUrl } = story.house.config;
      const db = await openDatabase(databaseUrl);
      const { clock } = story.house;
      const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const other = openWriter({ db, directory: openDirectoryCache(db), clock, log: quiet });
      await subscribe(phone);
      const due = { kind: 'pager', id: phone } as const;
      const answers = await Promise.all([parts().writer.advance(due), other.advance(due)]);
      await other.close();
      await db.close();
      expect(answers.toSorted()).toContain('done');
      expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
      await story.house.look();
      expect(sentTo(phone)).toHaveLength(1);
    });
  });

  describe('a receipt', () => {
    const paged = async () => {
      story.answer(phone, accepted);
      await parts().writer.unsubscribe({ device: phone, person: 'otto' });
      await story.end();
      story = await tellStory(dialect, { reachable: ['ada', 'lena', 'mara'] });
      await register(phone, 'otto');
      story.answer(phone, accepted);
      await subscribe(phone);
      const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
      await story.act('mara', pump, 'decline', { page: await story.pageOf('mara', pump) });
      const page = await story.pageOf('otto', pump);
      return { pump, page, notification: `${page}/1` };
    };
    const stateOf = async (page: string) => {
      const row = await parts()
        .db.read.selectFrom('page')
        .select('state')
        .where('id', '=', page)
        .executeTakeFirstOrThrow();
      return row.state;
    };

    test('is written once, in its order, and tells how long the way to the screen was', async () => {
      const { page, notification } = await paged();
      await story.house.forward(seconds(3));
      expect(await stateOf(page)).toBe('notifying');
      await receive(notification);
      expect(await stateOf(page)).toBe('received');
      const shown = await kept(phone);
      expect(shown).toMatchObject({ shownAt: story.house.clock.now(), latencyMs: 3000 });
      story.house.clock.forward(seconds(1));
      await receive(notification);
      expect(await kept(phone)).toEqual(shown);
      await receive(notification, 'opened');
      expect(await stateOf(page)).toBe('seen');
      await receive(notification);
      await receive(notification, 'opened');
      expect(await stateOf(page)).toBe('seen');
      expect((await attemptsOf(notification)).map(({ outcome }) => outcome)).toEqual([
        'accepted',
        'displayed',
        'opened',
      ]);
      expect((await kept(phone))?.latencyMs).toBe(3000);
    });

    test('counts only for what was sent to this very device and its person', async () => {
      const { page, notification } = await paged();
      const sign = { notification, kind: 'displayed' } as const;
      await register(laptop, 'otto');
      await parts().writer.receive({ ...sign, device: laptop, person: 'otto' });
      await parts().writer.receive({ ...sign, device: phone, person: 'mara' });
      for (const id of ['nothing/1', 'pager.x.1.pager-works.1/1', `${page}/7`]) await receive(id);
      expect(await stateOf(page)).toBe('notifying');
      expect(await attemptsOf(notification)).toHaveLength(1);
    });

    test('that is quicker than the push service’s own answer stands', async () => {
      const { page, notification } = await paged();
      await receive(notification, 'opened');
      const late = { notification, attempts: 0, address: null };
      await parts().writer.record({ ...late, outcome: accepted });
      expect((await attemptsOf(notification)).at(-1)).toEqual({ outcome: 'opened' });
      await parts().writer.record({ ...late, outcome: { kind: 'displayed' } });
      expect(await stateOf(page)).toBe('seen');
      const { state } = await parts()
        .db.read.selectFrom('notification')
        .select('state')
        .where('id', '=', notification)
        .executeTakeFirstOrThrow();
      expect(state).toBe('opened');
    });

    test('of what is not the newest that was sent stops the page’s deadline too', async () => {
      const { page, notification } = await paged();
      await register(laptop, 'otto');
      story.answer(laptop, accepted);
      await subscribe(laptop);
      await story.house.forward(seconds(46));
      expect(sentTo(laptop).map(({ says }) => says)).toContain('page');
      await receive(notification);
      await story.house.forward(minutes(3));
      expect(await stateOf(page)).toBe('received');
    });
  });

  describe('a page', () => {
    /** Otto has this phone alone, and is paged by it. */
    const paged = async () => {
      await story.end();
      story = await tellStory(dialect, { reachable: ['ada', 'lena', 'mara'] });
      await register(phone, 'otto');
      story.answer(phone, accepted);
      await subscribe(phone);
      // Its check is over before.
      await story.house.look();
      await receive(sentTo(phone)[0]?.id ?? '');
      await story.house.forward(minutes(11));
      const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
      await story.act('mara', pump, 'decline', { page: await story.pageOf('mara', pump) });
      return story.pageOf('otto', pump);
    };
    const pagesSent = () => sentTo(phone).filter(({ says }) => says === 'page');
    const rowOf = (notification: string) =>
      parts()
        .db.read.selectFrom('notification')
        .select(['state', 'attempts'])
        .where('id', '=', notification)
        .executeTakeFirst();

    test('that was accepted for an address that it has no more is sent to the other', async () => {
      await paged();
      story.answer(phone, { kind: 'later', detail: 'busy', afterMs: minutes(9), wasSent: false });
      const pump = await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
      await story.act('mara', pump, 'decline', { page: await story.pageOf('mara', pump) });
      const page = await story.pageOf('otto', pump);
      story.answer(phone, accepted);
      await subscribe(phone, 'another');
      await story.house.look();
      // A push service that was slow: it took the page for an address where nobody looks any more.
      const slow = { notification: `${page}/1`, attempts: 0, address: `at ${phone}` };
      await parts().writer.record({ ...slow, outcome: accepted });
      expect(await rowOf(`${page}/1`)).toMatchObject({ state: 'gone' });
      await story.house.look();
      expect(pagesSent().at(-1)?.id).toBe(`${page}/2`);
      await story.house.forward(seconds(44));
      expect(await kept(phone)).toMatchObject({ missed: 0 });
    });

    test('whose time is over in the very group that brings another subscription goes there', async () => {
      const page = await paged();
      story.house.clock.forward(seconds(45));
      await Promise.all([
        parts().writer.advance({ kind: 'page', id: page }),
        subscribe(phone, 'another'),
      ]);
      await story.house.look();
      expect(pagesSent().map(({ id }) => id)).toEqual([`${page}/1`, `${page}/2`]);
      expect(await kept(phone)).toMatchObject({ missed: 0 });
      expect(await story.house.audit()).toBe(0);
      const due = parts().db.read.selectFrom('due').selectAll().where('id', '=', page);
      expect(await due.execute()).toHaveLength(1);
    });

    test('that nobody even tried to send has no attempts', async () => {
      const unsent = { kind: 'later', detail: 'busy', afterMs: 2000, wasSent: false } as const;
      await paged();
      story.answer(phone, unsent);
      const pump = await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
      await story.act('mara', pump, 'decline', { page: await story.pageOf('mara', pump) });
      const page = await story.pageOf('otto', pump);
      await story.house.forward(minutes(1));
      expect(await rowOf(`${page}/1`)).toEqual({ state: 'retrying', attempts: 0 });
      expect(await attemptsOf(`${page}/1`)).toEqual([]);
      story.answer(phone, accepted);
      await story.house.forward(seconds(5));
      expect(await attemptsOf(`${page}/1`)).toEqual([{ outcome: 'accepted' }]);
    });

    test('that is tried for hours leaves ten of its tries, and those that said something new', async () => {
      await paged();
      let detail = '503';
      story.answer(phone, () => ({ kind: 'again', detail }));
      const pump = await story.report('berta', 'pump 4 leaks', { severity: 'S1' });
      await story.act('mara', pump, 'decline', { page: await story.pageOf('mara', pump) });
      const page = await story.pageOf('otto', pump);
      await story.house.forward(minutes(8));
      expect((await rowOf(`${page}/1`))?.attempts).toBeGreaterThan(15);
      expect(await attemptsOf(`${page}/1`)).toHaveLength(10);
      detail = '502';
      await story.house.forward(minutes(2));
      expect(await attemptsOf(`${page}/1`)).toHaveLength(11);
      story.answer(phone, { kind: 'displayed' });
      await story.house.forward(minutes(1));
      expect((await attemptsOf(`${page}/1`)).at(-1)).toEqual({ outcome: 'displayed' });
    });
  });

  test('what is sent says who reads it, until when a page is to be answered, and who has what it is about', async () => {
    const pump = await story.report('berta', 'pump 3 leaks', { severity: 'S1' });
    await story.act('mara', pump, 'acknowledge', {});
    await story.house.forward(minutes(30));
    await subscribe(phone);
    await story.house.look();
    const said = story.house.sent.all.map(({ says, answerBy, owner, reader, title }) => {
      const until = answerBy === null ? null : new Date(answerBy).toISOString().slice(11, 19);
      return [says, title, until, owner, reader.name];
    });
    expect(said).toEqual([
      ['page', 'pump 3 leaks', '12:05:00', null, 'Mara'],
      ['still-on-it', 'pump 3 leaks', null, 'Mara', 'Mara'],
      ['pager-works', 'Otto', null, null, 'Otto'],
    ]);
    expect(story.house.sent.all[0]?.reader).toEqual({
      name: 'Mara',
      language: 'en',
      zone: 'Europe/Berlin',
    });
  });

  test('an alarm about a push service comes to all who administer, once an hour for each', async () => {
    const alarm = (host: string) => parts().writer.alarm({ host, detail: '403' });
    let heardOf = 0;
    const heard = async () => {
      await story.house.look();
      const fresh = story.house.sent.all.slice(heardOf);
      heardOf += fresh.length;
      return fresh.map(({ person, says, title }) => `${person} ${says} ${title}`);
    };
    await Promise.all([alarm('push.example.org'), alarm('push.example.org')]);
    expect(await heard()).toEqual(['ada push-trouble push.example.org']);
    story.house.clock.forward(hours(1) - 1);
    await alarm('push.example.org');
    await alarm('push.example.net');
    expect(await heard()).toEqual(['ada push-trouble push.example.net']);
    story.house.clock.forward(1);
    await alarm('push.example.org');
    expect(await heard()).toEqual(['ada push-trouble push.example.org']);
  });

  test('the key that push services know us by is the first that was kept', async () => {
    const { writer } = parts();
    const first = await writer.keepPushKey({ publicKey: 'a', privateKey: 'sealed a' });
    expect(await writer.keepPushKey({ publicKey: 'b', privateKey: 'sealed b' })).toEqual(first);
  });
});
