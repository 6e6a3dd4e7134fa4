import { describe, expect, test } from 'vitest';
import { must } from '../base/must.ts';
import type { Message } from './message.ts';
import {
  afterAttempt,
  collapseKey,
  type ContactMethod,
  type Notification,
  notify,
  notifyNext,
  pageDueAt,
} from './notification.ts';

const page: Message = {
  id: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1.4.1',
  ticket: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1',
  person: 'mara',
  page: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1.4.1',
  isLoud: true,
  generation: 1,
  severity: 'S1',
  says: 'page',
};

const method = (id: string, brokenAt: number | null = null): ContactMethod => {
  return { id, person: 'mara', kind: 'push', address: id, brokenAt };
};
const phone = method('phone');
const laptop = method('laptop');
const dead = method('dead', 1);

const to = (notifications: readonly Notification[]) => notifications.map((one) => one.method);

describe('a message goes', () => {
  test('as a page to the first method that works', () => {
    expect(to(notify(page, [dead, phone, laptop], 0))).toEqual(['phone']);
  });

  test.each(['still-on-it', 'taken', 'stood-down', 'solved'] as const)(
    'as "%s" to all that work',
    (says) => {
      expect(to(notify({ ...page, says }, [phone, dead, laptop], 0))).toEqual(['phone', 'laptop']);
    },
  );

  test('as news to the first', () => {
    expect(to(notify({ ...page, says: 'joined' }, [phone, laptop], 0))).toEqual(['phone']);
  });

  test('nowhere without a method that works, and says so', () => {
    expect(notify(page, [dead], 0)).toMatchObject([
      { state: 'suppressed', detail: 'no-contact-method', method: null, nextAttemptAt: null },
    ]);
  });

  test('to the next method that was not tried, until there is none', () => {
    const sent = notify(page, [phone, dead, laptop], 0);
    const next = must(notifyNext(page, sent, [phone, dead, laptop], 5), 'the laptop');
    expect(next).toMatchObject({ id: `${page.id}/2`, method: 'laptop', nextAttemptAt: 5 });
    expect(notifyNext(page, [...sent, next], [phone, dead, laptop], 9)).toBeNull();
  });

  test('in the place of the one before of that ticket: the key fits a push service', () => {
    expect(collapseKey(page)).toMatch(/^[\w-]{1,32}$/);
  });
});

describe('a try', () => {
  const first = must(notify(page, [phone], 0)[0], 'a notification');

  test('that is accepted, or displayed, is over', () => {
    for (const kind of ['accepted', 'displayed'] as const) {
      const after = afterAttempt(first, { kind }, 5, 0);
      expect(after).toMatchObject({ state: kind, attempts: 1, nextAttemptAt: null });
    }
  });

  test('of a dead or unwilling method has failed', () => {
    for (const kind of ['gone', 'refused'] as const) {
      const after = afterAttempt(first, { kind, detail: '410' }, 5, 0);
      expect(after).toMatchObject({ state: 'failed', detail: '410', nextAttemptAt: null });
    }
  });

  test('that did not work now is repeated, longer each time, then every 30 s, for a day', () => {
    let one = first;
    let now = 0;
    const pauses: number[] = [];
    for (; one.state !== 'failed'; now = one.nextAttemptAt ?? now) {
      one = afterAttempt(one, { kind: 'again', detail: '503' }, now, 0);
      if (one.nextAttemptAt !== null) pauses.push(one.nextAttemptAt - now);
    }
    expect(pauses.slice(0, 7)).toEqual([500, 1000, 2000, 4000, 8000, 30_000, 30_000]);
    expect(now).toBeGreaterThan(24 * 60 * 60_000);
    expect(one).toMatchObject({ detail: '503', nextAttemptAt: null });
  });

  test('is spread by lot, at most by half', () => {
    const again = { kind: 'again', detail: '503' } as const;
    expect(afterAttempt(first, again, 0, 0.999).nextAttemptAt).toBe(750);
  });
});

describe('a page is looked at again', () => {
  const [first] = notify(page, [phone], 0);
  const sent = (...states: readonly Notification['state'][]) =>
    states.map((state) => ({ ...must(first, 'a notification'), state }));

  test.each([
    ['after 10 s where it was not sent yet', sent('queued'), null, 10_100],
    ['after 10 s where it is tried again', sent('retrying'), null, 10_100],
    ['when its time to show a sign is over', sent('accepted'), 50, 45_050],
    ['at once where it has failed', sent('failed'), null, 100],
    ['at once where the newest has failed', sent('accepted', 'failed'), 50, 100],
    ['at once without a method', sent('suppressed'), null, 100],
    ['never once it was displayed anywhere', sent('displayed', 'failed'), 50, null],
  ])('%s', (_, notifications, acceptedAt, dueAt) => {
    expect(pageDueAt(page, notifications, 100, acceptedAt)).toBe(dueAt);
  });

  test('later where less is at stake', () => {
    expect(pageDueAt({ severity: 'S3' }, sent('accepted'), 100, 0)).toBe(600_000);
  });
});
