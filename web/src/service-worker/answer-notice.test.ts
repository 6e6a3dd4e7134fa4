import { expect, test } from 'vitest';
import { isPage } from './notice.ts';
import {
  sayLost,
  sayRefused,
  saySending,
  saySettled,
  sayUnsent,
  type About,
} from './answer-notice.ts';

const about: About = {
  tag: 'T',
  lang: 'en',
  data: { navigate: '/', says: 'page', title: 'S1 · Cold store', uid: 'u' },
  isHidden: false,
};

test.each([
  ['applied', null, 'You have it'],
  ['noop', 'renewed', 'You have it'],
  ['applied', 'joined', 'You have it too, with others'],
  ['applied', 'ended', 'It is solved already'],
] as const)('an answer that was %s (%s) says quietly: %s', (outcome, code, words) => {
  const { title, options } = saySettled(about, { outcome, code });
  expect([title, options.body, options.silent]).toEqual([words, 'S1 · Cold store', true]);
  expect([isPage(options.data), options.data.isUnsent]).toEqual([false, false]);
});

test.each([
  ['applied', 'stale'],
  ['applied', 'raised'],
  ['applied', 'expired'],
  ['rejected', 'not-permitted'],
] as const)('one that stops nothing (%s, %s) calls its person', (outcome, code) => {
  const { title, options } = saySettled(about, { outcome, code });
  expect(title).not.toContain('You have it');
  expect(options).toMatchObject({ silent: false, renotify: true, data: { isUnsent: false } });
});

test('one that is refused for good calls its person too, and waits for nothing', () => {
  const { title, options } = sayRefused(about);
  expect(title).toBe('Your answer was not taken');
  expect(options).toMatchObject({ silent: false, renotify: true, data: { isUnsent: false } });
  expect(options.actions).toBe(undefined);
});

test('what became of one never says what it was about to who hides that', () => {
  const hidden: About = { ...about, isHidden: true };
  const settled = ['renewed', 'joined', 'ended', 'stale', 'not-permitted'].map((code) => {
    const outcome = code === 'not-permitted' ? 'rejected' : 'applied';
    return saySettled(hidden, { outcome, code });
  });
  for (const { title, options } of [...settled, saySending(hidden), sayUnsent(hidden, true)]) {
    expect(`${title} ${options.body}`).not.toContain('Cold store');
  }
});

test('one that is not sent says so, and can be given again under the same name', () => {
  for (const notice of [sayUnsent(about, true), sayUnsent(about, false), sayLost(about)]) {
    expect(notice.title).toContain('escalation continues');
    expect(notice.options).toMatchObject({ tag: 'T', silent: false, renotify: true });
    expect(notice.options.actions?.map(({ action }) => action)).toEqual(['acknowledge', 'open']);
    expect(notice.options.data).toMatchObject({ uid: 'u', isUnsent: true });
    expect(isPage(notice.options.data)).toBe(true);
  }
  expect(sayUnsent(about, true).options.body).not.toBe(sayUnsent(about, false).options.body);
});

test('one that is on its way claims nothing', () => {
  const { title, options } = saySending(about);
  expect(title).toBe('Sending your answer …');
  expect(options).toMatchObject({
    silent: true,
    data: { isUnsent: true, isSending: true, uid: 'u' },
  });
  expect(isPage(options.data)).toBe(true);
});
