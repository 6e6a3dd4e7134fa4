import { describe, expect, test } from 'vitest';
import { blank, busyMs, failingMs, type Memory } from './memory.ts';
import { judge, type Reply, type Verdict } from './verdict.ts';

const host = 'fcm.googleapis.com';
const mara = `https://${host}/fcm/send/maras-token`;
const otto = `https://${host}/fcm/send/ottos-token`;
const minute = 60_000;
const hour = 60 * minute;

type Said = Partial<Omit<Reply, 'answer'>> & {
  readonly body?: string;
  readonly retryAfter?: string;
  readonly date?: string;
};

function reply(status: number, { body = '', retryAfter, date, ...said }: Said = {}): Reply {
  return {
    host,
    endpoint: mara,
    hasNewToken: false,
    isMinimal: false,
    now: 0,
    answer: { status, body, retryAfter: retryAfter ?? null, date: date ?? null },
    ...said,
  };
}

/** The last of what became of these answers, one after the other. */
function last(...replies: readonly Reply[]): Verdict {
  const first: Verdict = {
    outcome: { kind: 'accepted' },
    alarm: null,
    warning: null,
    memory: blank,
  };
  return replies.reduce((before, one) => judge(one, before.memory), first);
}

const outcome = (...replies: readonly Reply[]) => last(...replies).outcome;

test.each([200, 201, 202])('%i is accepted', (status) => {
  expect(outcome(reply(status))).toEqual({ kind: 'accepted' });
});

test.each([500, 502, 503, 599, 408])('%i is tried again', (status) => {
  expect(outcome(reply(status))).toEqual({ kind: 'again', detail: `${host} answered ${status}` });
});

test('no answer is tried again', () => {
  const silent = { ...reply(0), answer: { silence: 'ECONNRESET' } };
  expect(outcome(silent)).toEqual({ kind: 'again', detail: `${host}: ECONNRESET` });
});

test.each([404, 410])('%i ends the subscription', (status) => {
  expect(outcome(reply(status))).toMatchObject({ kind: 'gone' });
});

test.each([301, 302, 307, 308, 405, 451])('%i is not followed and not repeated', (status) => {
  expect(outcome(reply(status))).toMatchObject({ kind: 'refused' });
});

test('413 is answered by less, once', () => {
  expect(outcome(reply(413))).toBe('minimal');
  expect(outcome(reply(413, { isMinimal: true }))).toMatchObject({ kind: 'refused' });
});

describe('400', () => {
  test('is not repeated, and what was said is kept', () => {
    expect(outcome(reply(400, { body: '{"reason":"BadTopic"}' }))).toEqual({
      kind: 'refused',
      detail: `${host} answered 400: {"reason":"BadTopic"}`,
    });
  });

  test('the third in a row ends the subscription', () => {
    const [first, second, third] = [reply(400), reply(400), reply(400)];
    expect(outcome(first, second)).toMatchObject({ kind: 'refused' });
    expect(outcome(first, second, third)).toMatchObject({ kind: 'gone' });
    expect(outcome(first, second, reply(201), third)).toMatchObject({ kind: 'refused' });
    expect(outcome(first, second, reply(400, { endpoint: otto }))).toMatchObject({
      kind: 'refused',
    });
  });

  test('the second of a host within 10 min is an alarm, whoever it was for', () => {
    const second = (now: number) => last(reply(400), reply(400, { endpoint: otto, now })).alarm;
    expect(last(reply(400)).alarm).toBeNull();
    expect(second(10 * minute - 1)).toBe(`${host} answered 400`);
    expect(second(10 * minute)).toBeNull();
    expect(last(reply(400), reply(400, { host: 'web.push.apple.com' })).alarm).toBeNull();
  });
});

describe.each([401, 403])('%i', (status) => {
  const refused = (said: Said = {}) => reply(status, { hasNewToken: true, ...said });

  test('is tried once more with a new token', () => {
    expect(outcome(reply(status))).toBe('new-token');
    expect(outcome(refused())).not.toBe('new-token');
  });

  const taken = reply(201, { endpoint: otto });
  const again = { kind: 'later', afterMs: 30_000, wasSent: true };
  const detail = `${host} answered ${status}: BadJwtToken`;

  test('ends the subscription if its host took another one within a day', () => {
    expect(last(taken, refused({ now: 24 * hour - 1 }))).toMatchObject({
      outcome: { kind: 'gone' },
      alarm: null,
      warning: null,
    });
    expect(outcome(taken, refused({ now: 24 * hour }))).toMatchObject(again);
    expect(outcome({ ...taken, host: 'web.push.apple.com' }, refused())).toMatchObject(again);
  });

  test('of one alone ends nothing at first, and wakes nobody', () => {
    const first = refused({ body: 'BadJwtToken' });
    expect(last(first)).toMatchObject({
      outcome: { ...again, detail },
      alarm: null,
      warning: detail,
    });
    const ninth = refused({ now: 10 * minute - 1 });
    expect(last(first, ninth)).toMatchObject({ outcome: again, alarm: null, warning: null });
  });

  test('of one alone for 10 min ends it', () => {
    const tenth = refused({ now: 10 * minute });
    expect(last(refused(), tenth)).toMatchObject({ outcome: { kind: 'gone' }, alarm: null });
    expect(outcome(refused(), taken, tenth)).toMatchObject({ kind: 'gone' });
  });

  test('of a second one, with nothing taken in between, ends nothing and is an alarm', () => {
    const second = refused({ endpoint: otto, body: 'BadJwtToken' });
    const both = { outcome: { ...again, detail }, alarm: detail };
    expect(last(refused(), second)).toMatchObject(both);
    expect(last(reply(201), refused(), second)).toMatchObject(both);
    const much = refused({ now: 60 * minute, body: 'BadJwtToken' });
    expect(last(refused(), second, much)).toMatchObject(both);
    expect(last(refused(), second, { ...much, endpoint: otto })).toMatchObject(both);
  });

  test('is each one’s own fault where others are taken in between', () => {
    const second = refused({ endpoint: otto });
    expect(outcome(taken, refused(), reply(201), second)).toMatchObject({ kind: 'gone' });
    expect(outcome(taken, refused(), refused())).toMatchObject({ kind: 'gone' });
  });
});

describe('a subscription that fails', () => {
  const fails = (now: number) => reply(503, { now });
  const memory = (...replies: readonly Reply[]) => last(...replies).memory;

  test('three times in a row is put off by itself, longer each time', () => {
    const [one, two, three, four] = [0, 500, 1500, 4000].map(fails) as [Reply, Reply, Reply, Reply];
    expect(failingMs(memory(one, two), mara, 500)).toBe(0);
    expect(failingMs(memory(one, two, three), mara, 1500)).toBe(2000);
    expect(failingMs(memory(one, two, three), mara, 3500)).toBe(0);
    expect(failingMs(memory(one, two, three), otto, 1500)).toBe(0);
    expect(failingMs(memory(one, two, three, four), mara, 4000)).toBe(4000);
    const often = memory(...Array.from({ length: 20 }, () => four));
    expect(failingMs(often, mara, 4000)).toBe(30_000);
    expect(failingMs(often, mara, 3999)).toBe(0);
  });

  test.each([201, 404, 429])('and is answered %i in between, is not', (status) => {
    const between = memory(fails(0), fails(0), reply(status), fails(0));
    expect(failingMs(between, mara, 0)).toBe(0);
  });

  test('without an answer counts as well', () => {
    const silent = { ...reply(0), answer: { silence: 'ECONNRESET' } };
    expect(failingMs(memory(silent, silent, silent), mara, 0)).toBe(2000);
  });
});

describe('429', () => {
  const date = 'Sun, 22 Nov 2026 02:00:00 GMT';

  test('waits as long as it says, by its own clock', () => {
    const retryAfter = 'Sun, 22 Nov 2026 02:00:40 GMT';
    expect(outcome(reply(429, { retryAfter, date, now: 5 }))).toMatchObject({
      kind: 'later',
      afterMs: 40_000,
      wasSent: true,
    });
  });

  test('is remembered for this subscription, and for no other', () => {
    const { memory } = last(reply(429, { retryAfter: '60' }));
    expect(busyMs(memory, mara, 10_000)).toBe(50_000);
    expect(busyMs(memory, mara, 60_000)).toBe(0);
    expect(busyMs(memory, otto, 10_000)).toBe(0);
  });
});

test('what is remembered by subscription has an end', () => {
  let memory: Memory = { ...blank, busyUntil: new Map([['oldest', 1]]) };
  const many = Array.from({ length: 10_000 }, (_, n) => [`https://${host}/${n}`, n] as const);
  memory = { ...memory, busyUntil: new Map([...memory.busyUntil, ...many.slice(1)]) };
  const after = judge(reply(429), memory).memory.busyUntil;
  expect(after.size).toBe(10_000);
  expect(after.has('oldest')).toBe(false);
  expect(after.has(mara)).toBe(true);
});

test('neither the endpoint nor what looks like a key is in the reason', () => {
  const token = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczov.c2lnbmF0dXJl';
  const body = `no ${mara} and /fcm/send/maras-token\nnor maras-token, https://example.org/x ${token}`;
  const { detail } = outcome(reply(400, { body })) as { detail: string };
  expect(detail).toBe(`${host} answered 400: no … and … nor …, … …`);
  const windows = 'https://wns2-par02p.notify.windows.com/w/?token=AbC%3d';
  const query = outcome(reply(400, { endpoint: windows, body: 'bad AbC= here' }));
  expect(query).toMatchObject({ detail: `${host} answered 400: bad … here` });
  const long = outcome(reply(400, { body: 'word '.repeat(500) })) as { detail: string };
  expect(long.detail.length).toBeLessThanOrEqual(`${host} answered 400: `.length + 200);
});
