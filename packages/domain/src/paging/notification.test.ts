import { describe, expect, test } from 'vitest';
import { must } from '../base/must.ts';
import type { Message } from './message.ts';
import {
  afterAttempt,
  collapseKey,
  type ContactMethod,
  counted,
  expiresAt,
  isSilence,
  type Notification,
  notify,
  notifyNext,
  notifyOnly,
  pageDueAt,
} from './notification.ts';

const page: Message = {
  id: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1.4.1',
  ticket: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1',
  subject: null,
  person: 'mara',
  page: '01KAHJ3ZZZZZZZZZZZZZZZZZZ1.4.1',
  isLoud: true,
  generation: 1,
  severity: 'S1',
  says: 'page',
};

const method = (id: string, brokenAt: number | null = null, missed = 0): ContactMethod => {
  const signs = { brokenAt, shownAt: null, missed, check: null };
  return { id, person: 'mara', kind: 'push', address: id, ...signs };
};
const phone = method('phone');
const laptop = method('laptop');
const dead = method('dead', 1);
const suspect = method('suspect', null, 2);
const hour = 3_600_000;

const to = (notifications: readonly Notification[]) => notifications.map((one) => one.method);

describe('a message goes', () => {
  test('as a page to the first method that works', () => {
    expect(to(notify(page, [dead, phone, laptop], 0))).toEqual(['phone']);
  });

  const toAll = ['still-on-it', 'taken', 'stood-down', 'moved', 'solved', 'push-trouble'] as const;
  test.each([...toAll, 'pager-lost', 'pager-silent', 'fallback-unproven'] as const)(
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

  test('to a method that was silent twice in a row last, and to one that was silent once as ever', () => {
    const silentOnce = method('silent-once', null, 1);
    expect(to(notify(page, [suspect, silentOnce, phone], 0))).toEqual(['silent-once']);
    const sent = notify(page, [suspect, phone], 0);
    expect(to(sent)).toEqual(['phone']);
    expect(notifyNext(page, sent, [suspect, phone], 5)?.method).toBe('suspect');
    expect(to(notify(page, [suspect], 0))).toEqual(['suspect']);
  });

  test('as a check to the method that is checked, whatever is known of it', () => {
    const check: Message = { ...page, says: 'pager-works', ticket: null, page: null };
    expect(notifyOnly(check, suspect, 7)).toMatchObject({
      id: `${page.id}/1`,
      method: 'suspect',
      state: 'queued',
      nextAttemptAt: 7,
    });
  });

  test('once more to one that has another address since', () => {
    const [first] = notify(page, [phone], 0);
    const gone = { ...must(first, 'a notification'), state: 'gone' } as const;
    expect(notifyNext(page, [gone], [phone], 5)).toMatchObject({ id: `${page.id}/2` });
    expect(notifyNext(page, [{ ...gone, state: 'failed' }], [phone], 5)).toBeNull();
  });

  test('once more to one that was broken when it was to be sent, and works again', () => {
    const [first] = notify(page, [phone], 0);
    const unsent = { ...must(first, 'a notification'), state: 'suppressed' } as const;
    expect(notifyNext(page, [unsent], [phone], 5)).toMatchObject({ id: `${page.id}/2` });
    expect(notifyNext(page, [unsent], [{ ...phone, brokenAt: 1 }], 5)).toBeNull();
  });

  test('in the place of the one before of that ticket and person, or of its kind', () => {
    const key = collapseKey(page);
    expect(collapseKey({ ...page, says: 'taken' })).toBe(key);
    expect(collapseKey({ ...page, page: null, says: 'still-on-it' })).toBe(key);
    const lost = { ...page, ticket: null, page: null, says: 'pager-silent' } as const;
    const others = [
      // News never hides a page, and two persons of one browser hide nothing of each other.
      { ...page, page: null, says: 'joined' } as const,
      { ...page, person: 'otto' },
      lost,
      { ...lost, person: 'otto' },
      { ...lost, subject: 'otto' },
    ].map((message) => collapseKey(message));
    expect(new Set([key, ...others]).size).toBe(6);
  });
});

describe('a try', () => {
  const first = must(notify(page, [phone], 0)[0], 'a notification');

  test('that is accepted, displayed, or opened, is over', () => {
    for (const kind of ['accepted', 'displayed', 'opened'] as const) {
      const after = afterAttempt(first, { kind }, 5, 0);
      expect(after).toMatchObject({ state: kind, attempts: 1, nextAttemptAt: null });
    }
  });

  test.each([
    ['gone', 'gone'],
    ['refused', 'failed'],
  ] as const)('that was %s is over: %s', (kind, state) => {
    const after = afterAttempt(first, { kind, detail: '410' }, 5, 0);
    expect(after).toMatchObject({ state, detail: '410', nextAttemptAt: null });
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
    expect(now).toBeGreaterThan(24 * hour - 31_000);
    expect(now).toBeLessThan(24 * hour);
    expect(one).toMatchObject({ detail: '503', nextAttemptAt: null });
  });

  test('that is not to be repeated for a while is repeated after that', () => {
    const later = { kind: 'later', detail: '429', afterMs: 90_000, wasSent: true } as const;
    expect(afterAttempt(first, later, 5, 0)).toMatchObject({
      state: 'retrying',
      detail: '429',
      nextAttemptAt: 90_005,
    });
    const spread = afterAttempt(first, later, 5, 0.999).nextAttemptAt;
    expect(spread).toBeGreaterThan(90_005);
    expect(spread).toBeLessThan(93_006);
  });

  test('that could be repeated only when it is worth nothing any more has failed', () => {
    const later = { kind: 'later', detail: '429', afterMs: 24 * hour, wasSent: true } as const;
    expect(afterAttempt(first, later, 0, 0)).toMatchObject({
      state: 'failed',
      nextAttemptAt: null,
    });
    const asked = { ...first, message: { ...page, says: 'still-on-it' as const } };
    const again = { kind: 'again', detail: '503' } as const;
    const tried = { ...asked, attempts: 9 };
    expect(afterAttempt(tried, again, 4 * 60_000, 0)).toMatchObject({ state: 'retrying' });
    expect(afterAttempt(tried, again, 4 * 60_000 + 30_000, 0)).toMatchObject({ state: 'failed' });
  });

  test('is worth something as long as the question is asked, anything else a day', () => {
    expect(expiresAt(first)).toBe(24 * hour);
    expect(expiresAt({ message: { ...page, says: 'still-on-it' }, createdAt: 5 })).toBe(300_005);
  });

  test('of a check is worth something as long as it is waited for', () => {
    const check = { message: { ...page, says: 'pager-works' as const }, createdAt: 5 };
    expect(expiresAt(check)).toBe(600_005);
  });

  test('that was not even sent is none, and what is no page waits with it for half a minute', () => {
    const unsent = { kind: 'later', detail: 'busy', afterMs: 2000, wasSent: false } as const;
    const news = { ...first, message: { ...page, page: null, says: 'joined' as const } };
    expect(afterAttempt(first, unsent, 5, 0)).toMatchObject({
      state: 'retrying',
      attempts: 0,
      nextAttemptAt: 2005,
    });
    expect(afterAttempt(news, unsent, 5, 0)).toMatchObject({ attempts: 0, nextAttemptAt: 30_005 });
    const sent = { ...unsent, wasSent: true };
    expect(afterAttempt(news, sent, 5, 0)).toMatchObject({ attempts: 1, nextAttemptAt: 2005 });
    const long = { ...unsent, afterMs: 40_000 };
    expect(afterAttempt(news, long, 5, 0)).toMatchObject({ nextAttemptAt: 40_005 });
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
    ['never once it was opened anywhere', sent('opened', 'retrying'), 50, null],
  ])('%s', (_, notifications, acceptedAt, dueAt) => {
    expect(pageDueAt(page, notifications, 100, acceptedAt)).toBe(dueAt);
  });

  test('later where less is at stake', () => {
    expect(pageDueAt({ severity: 'S3' }, sent('accepted'), 100, 0)).toBe(600_000);
  });
});

test('silence is counted once, of what was taken, when its time is over', () => {
  const first = must(notify(page, [phone], 0)[0], 'a notification');
  const taken = afterAttempt(first, { kind: 'accepted' }, 5, 0);
  expect(isSilence(taken, 44_999)).toBe(false);
  expect(isSilence(taken, 45_000)).toBe(true);
  expect(isSilence(counted(taken), 45_000)).toBe(false);
  expect(isSilence(first, 45_000)).toBe(false);
  // What becomes of it later forgets that it was counted.
  const shown = afterAttempt(counted(taken), { kind: 'displayed' }, 50_000, 0);
  expect(shown).toMatchObject({ state: 'displayed', detail: null });
});
