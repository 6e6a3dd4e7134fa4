import type { Says } from '@rung/domain/paging/says.ts';
import { expect, test } from 'vitest';
import webPush from 'web-push';
import { requestFor, subscriptionIn, topicOf } from './request.ts';
import { aboutPager, night, outgoing, ticketId } from './test-outgoing.ts';

const minute = 60_000;
const to = {
  endpoint: 'https://fcm.googleapis.com/fcm/send/abc',
  keys: {
    p256dh: webPush.generateVAPIDKeys().publicKey,
    auth: Buffer.alloc(16, 7).toString('base64url'),
  },
};

const headers = (says: Says, now = night) =>
  requestFor(to, outgoing({ message: { says } }), '{}', now)?.headers ?? {};

test('a page is urgent, and kept by the push service for the day that it is worth showing', () => {
  expect(headers('page')).toMatchObject({
    TTL: 86_400,
    Urgency: 'high',
    Topic: ticketId,
    'Content-Encoding': 'aes128gcm',
  });
  expect(headers('page', night + 90 * minute + 1)['TTL']).toBe(86_400 - 90 * 60 - 1);
});

test('a question is kept as long as it is asked', () => {
  expect(headers('still-on-it')['TTL']).toBe(300);
  expect(headers('still-on-it', night + 2 * minute)['TTL']).toBe(180);
});

test('what is over is not kept', () =>
  expect(headers('page', night + 1500 * minute)['TTL']).toBe(0));

test('no more than a day is asked for, whatever the clock says', () => {
  expect(headers('page', night - 90 * minute)['TTL']).toBe(86_400);
});

test.each([
  'page',
  'still-on-it',
  'fault',
  'taken',
  'stood-down',
  'moved',
  'solved',
  'pager-works',
] as const)('%s wakes a phone', (says) => expect(headers(says)['Urgency']).toBe('high'));

test.each([
  'joined',
  'already-on-it',
  'raised',
  'proposed',
  'released',
  'transferred',
  'client-wrote',
  'pager-lost',
  'pager-silent',
  'push-trouble',
] as const)('%s can wait until it wakes', (says) =>
  expect(headers(says)['Urgency']).toBe('normal'),
);

test('what takes a page back has its topic', () => {
  expect(headers('taken')['Topic']).toBe(headers('page')['Topic']);
});

test('what is about no ticket has a topic of its own', () => {
  const request = requestFor(to, aboutPager('pager-works', 'mara', null), '{}', night);
  expect(request?.headers['Topic']).toBe('pager-works');
});

test.each(['a'.repeat(33), 'two words', 'ümlaut', 'a/b', ''])(
  'a topic that no push service takes is hashed: "%s"',
  (key) => {
    expect(topicOf(key)).toMatch(/^[\w-]{32}$/);
    expect(topicOf(key)).toBe(topicOf(key));
    expect(topicOf(key)).not.toBe(topicOf(`${key}x`));
  },
);

test('keys that are no point of the curve make no request', () => {
  const p256dh = Buffer.alloc(65, 4).toString('base64url');
  const off = { ...to, keys: { ...to.keys, p256dh } };
  expect(requestFor(off, outgoing(), '{}', night)).toBeNull();
});

test('a subscription is read back as it was written; anything else is none', () => {
  expect(subscriptionIn(JSON.stringify(to))).toEqual(to);
  for (const text of ['', '{', '{}', 'null', '"x"', JSON.stringify({ ...to, keys: {} })]) {
    expect(subscriptionIn(text)).toBeNull();
  }
});
