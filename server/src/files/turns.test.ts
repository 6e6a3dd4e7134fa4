import { ERRORS } from '@tus/server';
import { expect, test } from 'vitest';
import { atMost, oncePerKey, openLocker } from './turns.ts';

/** Something that goes on until it is told how it ends. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let hasBegun = false;
  const run = () => {
    hasBegun = true;
    return promise;
  };
  return { run, end: resolve, fail: reject, hasBegun: () => hasBegun };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('at most so many run, and the others in the order they came, also after one that failed', async () => {
  const inTurn = atMost(2);
  const works = [work(), work(), work(), work()];
  const done = Promise.allSettled(works.map(({ run }) => inTurn(run)));
  const begun = async () => {
    await turn();
    return works.map(({ hasBegun }) => hasBegun());
  };
  expect(await begun()).toEqual([true, true, false, false]);
  works[1]?.fail(new Error('no'));
  expect(await begun()).toEqual([true, true, true, false]);
  works[0]?.end('first');
  expect(await begun()).toEqual([true, true, true, true]);
  works[2]?.end('third');
  works[3]?.end('fourth');
  expect((await done).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  // Its places are free again.
  expect(await inTurn(() => Promise.resolve('later'))).toBe('later');
});

test('who asks for the same while it runs gets that answer, and later one anew', async () => {
  const once = oncePerKey<string>();
  const first = work();
  const same = [once('a', first.run), once('a', () => Promise.resolve('never'))];
  expect(await once('b', () => Promise.resolve('other'))).toBe('other');
  first.end('it');
  expect(await Promise.all(same)).toEqual(['it', 'it']);
  expect(await once('a', () => Promise.resolve('anew'))).toBe('anew');
});

/** Takes the lock of `a`; what it was asked back for is counted. */
function taker(locker: ReturnType<typeof openLocker>) {
  const lock = locker.newLock('a');
  const aborting = new AbortController();
  let asked = 0;
  let state = 'waits';
  const done = lock
    .lock(aborting.signal, () => void (asked += 1))
    .then(
      () => (state = 'has it'),
      (error: unknown) => (state = error === ERRORS.ABORTED ? 'gave up' : 'failed'),
    );
  return {
    state: async () => {
      await turn();
      return state;
    },
    asked: () => asked,
    abort: () => aborting.abort(),
    unlock: () => lock.unlock(),
    done,
  };
}

test('a lock is one’s at a time; who has it is asked for it back, and who waits gets it in turn', async () => {
  const locker = openLocker();
  const [one, two, three] = [taker(locker), taker(locker), taker(locker)];
  expect(await one.state()).toBe('has it');
  expect(one.asked()).toBe(2);
  expect([await two.state(), await three.state()]).toEqual(['waits', 'waits']);
  await one.unlock();
  expect([await two.state(), await three.state()]).toEqual(['has it', 'waits']);
  expect(two.asked()).toBe(1);
  await two.unlock();
  expect(await three.state()).toBe('has it');
  await three.unlock();
  expect(await taker(locker).state()).toBe('has it');
});

test('who gives up while he waits is passed over; who has it keeps it until he leaves', async () => {
  const locker = openLocker();
  const [one, two, three] = [taker(locker), taker(locker), taker(locker)];
  two.abort();
  one.abort();
  expect([await one.state(), await two.state()]).toEqual(['has it', 'gave up']);
  await two.unlock();
  expect(await three.state()).toBe('waits');
  await one.unlock();
  expect(await three.state()).toBe('has it');
});
