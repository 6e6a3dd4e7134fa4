import { languages } from '@rung/domain/directory/directory.ts';
import { payloadLimit, readPush } from '@rung/protocol/push-payload.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outgoing } from '../transport.ts';
import { payloadFor } from './payload.ts';
import { aboutPager, night, outgoing, ticketId } from './test-outgoing.ts';

const publicUrl = new URL('https://rung.example.org');
const written = (one: Outgoing, isMinimal = false): string =>
  payloadFor(one, { publicUrl, now: night, isMinimal });
const read = (one: Outgoing, isMinimal = false) => readPush(written(one, isMinimal))!;
const words = (one: Outgoing) => [read(one).title, read(one).body];

const german = { language: 'de', name: 'Mara Lind' } as const;

describe('a page', () => {
  test('carries the decision, and what an answer to it needs', () => {
    expect(JSON.parse(written(outgoing()))).toEqual({
      web_push: 8030,
      mutable: true,
      notification: {
        title: 'S1 · Cold store 4 too warm · ack by 03:07',
        body: '#1042 · nobody has it yet',
        navigate: `https://rung.example.org/live/${ticketId}`,
        lang: 'en',
        tag: ticketId,
        silent: false,
        data: {
          id: `${ticketId}.4.1/1`,
          says: 'page',
          person: 'mara',
          name: 'Mara Lind',
          ticket: ticketId,
          page: `${ticketId}.4.1`,
          seen: { generation: 1, severity: 'S1' },
          at: night,
        },
      },
    });
  });

  test('speaks its reader’s language', () => {
    expect(words(outgoing({ reader: german, ticket: { owner: 'Otto' } }))).toEqual([
      'S1 · Cold store 4 too warm · bestätigen bis 03:07',
      '#1042 · Otto hat es',
    ]);
  });

  test.each([
    ['America/New_York', 'ack by 21:07'],
    ['Asia/Kolkata', 'ack by 07:37'],
    ['Pacific/Auckland', 'ack by 15:07'],
  ])('tells the time in %s', (zone, by) => {
    expect(read(outgoing({ reader: { zone } })).title).toContain(by);
  });

  test('names the day when it is another one where its reader is', () => {
    const answerBy = Date.UTC(2026, 10, 23, 8);
    expect(read(outgoing({ ticket: { answerBy } })).title).toMatch(/ack by Mon.*23.*09:00$/);
    const zone = 'America/Los_Angeles';
    const soon = { answerBy: Date.UTC(2026, 10, 22, 8, 30) };
    expect(read(outgoing({ ticket: soon, reader: { zone } })).title).toMatch(/by Sun.*00:30$/);
  });

  test.each([null, night, night - 1])('names no deadline that is none: %s', (answerBy) => {
    expect(read(outgoing({ ticket: { answerBy } })).title).toBe('S1 · Cold store 4 too warm');
  });

  test('makes no noise where it must not be loud', () => {
    expect(read(outgoing({ message: { isLoud: false } })).silent).toBe(true);
  });
});

test('the question whether one is still on it can be answered in time', () => {
  const one = outgoing({ message: { says: 'still-on-it' } });
  expect(words(one)).toEqual([
    'S1 · Cold store 4 too warm · still on it? Answer by 03:00',
    '#1042 · without an answer others are asked',
  ]);
  expect(read(one).data.seen).not.toBeNull();
  const pageless = outgoing({ message: { says: 'still-on-it', page: null } });
  expect(read(pageless).data.seen).toBeNull();
});

test.each([
  ['taken', 'Otto has it: Cold store 4 too warm'],
  ['stood-down', 'Otto has it: Cold store 4 too warm'],
  ['moved', 'Another team has it: Cold store 4 too warm'],
  ['solved', 'Solved: Cold store 4 too warm'],
] as const)('a page is taken back quietly: %s', (says, title) => {
  const push = read(outgoing({ message: { says, isLoud: false }, ticket: { owner: 'Otto' } }));
  expect(push).toMatchObject({ title, body: '#1042 · you need not act', silent: true });
  expect(push.data.seen).toBeNull();
  expect(push.tag).toBe(ticketId);
});

test('what was taken and given back again meanwhile names nobody', () => {
  const title = 'Somebody has it: Cold store 4 too warm';
  expect(read(outgoing({ message: { says: 'taken' } })).title).toBe(title);
});

const all = [
  ...(['page', 'still-on-it', 'taken', 'stood-down', 'moved', 'solved', 'joined'] as const),
  ...([
    'already-on-it',
    'raised',
    'proposed',
    'released',
    'transferred',
    'client-wrote',
    'fault',
  ] as const),
];

test.each(languages.flatMap((language) => all.map((says) => [language, says] as const)))(
  'in %s "%s" names the ticket, by title and by number',
  (language, says) => {
    const push = read(outgoing({ message: { says }, reader: { language } }));
    expect(push.title).toContain('Cold store 4 too warm');
    expect(push.body).toMatch(/^#1042 · ./);
    expect(push.lang).toBe(language);
  },
);

describe('about a pager', () => {
  test.each([
    ['pager-works', 'mara', 'Your pager works'],
    ['pager-lost', 'mara', 'One of your devices gets no more pages'],
    ['pager-lost', 'lea', 'Mara Lind: a device gets no more pages'],
    ['pager-silent', 'mara', 'One of your devices did not show its last pages'],
    ['pager-silent', 'lea', 'Mara Lind: a device did not show its last pages'],
  ] as const)('%s is said to %s', (says, person, title) => {
    const push = read(aboutPager(says, person, 'Mara Lind'));
    expect(push).toMatchObject({ title, navigate: 'https://rung.example.org/you', tag: says });
    expect(push.data).toMatchObject({ ticket: null, page: null, seen: null });
  });

  test('a push service that refuses us is named', () => {
    const push = read(aboutPager('push-trouble', 'ada', 'fcm.googleapis.com'));
    expect(push.title).toBe('A push service refuses our pages: fcm.googleapis.com');
  });
});

describe('what is too long', () => {
  test('leaves the decision to be seen', () => {
    const { title } = read(outgoing({ ticket: { title: 'Cold store '.repeat(18) } }));
    expect(title).toMatch(/^S1 · Cold store .*… · ack by 03:07$/);
    expect(title.length).toBeLessThan(80);
  });

  test('is cut between what people see as one sign', () => {
    const family = '👩‍👩‍👧‍👦';
    const payload = written(outgoing({ ticket: { title: family.repeat(60) } }));
    const left = payloadLimit - Buffer.byteLength(payload);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(Buffer.byteLength(family));
    expect(readPush(payload)?.title.replaceAll(family, '')).toBe('S1 · … · ack by 03:07');
  });

  test('is without a word of the ticket’s for whom even that is too much', () => {
    const minimal = read(outgoing({ ticket: { owner: 'Otto' } }), true);
    expect(minimal).toMatchObject({ title: 'S1 · #1042 · ack by 03:07', body: '' });
    expect(minimal.data).toEqual({ ...read(outgoing()).data, name: '' });
    expect(written(outgoing(), true).length).toBeLessThan(written(outgoing()).length);
  });
});

test('where even that would not fit, it is said without names', () => {
  const long = { owner: 'ü'.repeat(40) };
  const one = outgoing({ ticket: long, reader: { name: 'ü'.repeat(40) } });
  const far = new URL(`https://${`${'a'.repeat(60)}.`.repeat(4)}org`);
  const payload = payloadFor(one, { publicUrl: far, now: night, isMinimal: false });
  expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(payloadLimit);
  expect(readPush(payload)).toMatchObject({ title: 'S1 · #1042 · ack by 03:07', body: '' });
});

test('a title can neither break the line nor turn what follows it', () => {
  const { title } = read(outgoing({ ticket: { title: 'Cold\n\tstore\u202E 4\u0000' } }));
  expect(title).toBe('S1 · Cold store 4 · ack by 03:07');
});

test('whatever a ticket and its people are called, it has at most 800 bytes and can be read', () => {
  const signs = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 200 });
  const text = signs.map((points) => String.fromCodePoint(...points));
  const says = fc.constantFrom(...all);
  fc.assert(
    fc.property(text, text, text, says, fc.boolean(), (title, owner, name, word, isGerman) => {
      const one = outgoing({
        message: { says: word, person: 'a'.repeat(63) },
        ticket: { title, owner },
        reader: { name, language: isGerman ? 'de' : 'en' },
      });
      const payload = written(one);
      expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(payloadLimit);
      expect(readPush(payload)).not.toBeNull();
    }),
  );
});
