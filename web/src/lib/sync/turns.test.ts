import { beforeEach, expect, test } from 'vitest';
import { inTurn, turnMs } from './turns.ts';

const { locks } = navigator;
let alarms: { ms: number; run: () => void }[] = [];
let progress = 0;
let said: string[] = [];
const tab = (name: string, run: () => Promise<unknown> = async () => {}) =>
  inTurn(
    {
      locks,
      name: 'turns',
      later(ms, ring) {
        const alarm = { ms, run: ring };
        alarms.push(alarm);
        return () => (alarms = alarms.filter((one) => one !== alarm));
      },
      progress: async () => String(progress),
    },
    async () => {
      said.push(name);
      await run();
      return name;
    },
  );
/** Whose alarm is set waits for its turn. */
const waits = () => expect.poll(() => alarms.map(({ ms }) => ms)).toEqual([turnMs]);
const ring = () => alarms.splice(0).forEach(({ run }) => run());

beforeEach(() => {
  [alarms, said, progress] = [[], [], 0];
});

/** A tab that the system froze in the middle, and how to thaw it. */
async function frozen() {
  const thawed = Promise.withResolvers<void>();
  const ended = tab('frozen', () => thawed.promise);
  await expect.poll(() => said).toEqual(['frozen']);
  return { thaw: thawed.resolve, fail: thawed.reject, ended };
}

test('tabs take turns', async () => {
  const first = await frozen();
  const second = tab('second');
  await waits();
  expect(said).toEqual(['frozen']);
  first.thaw();
  expect(await second).toBe('second');
  expect(alarms).toEqual([]);
});

test('who does not get on loses its turn for good, and may end what it does', async () => {
  const first = await frozen();
  const second = tab('second');
  await waits();
  ring();
  expect(await second).toBe('second');
  expect(await tab('third')).toBe('third');
  first.thaw();
  expect(await first.ended).toBe('frozen');
});

test('who gets on keeps it', async () => {
  const first = await frozen();
  const second = tab('second');
  await waits();
  progress++;
  ring();
  await waits();
  expect(said).toEqual(['frozen']);
  first.thaw();
  expect(await second).toBe('second');
});

test('what is thrown in a turn is thrown', async () => {
  const first = await frozen();
  const second = tab('second', () => Promise.reject(new Error('defect')));
  first.fail(new Error('other'));
  await expect(first.ended).rejects.toThrow('other');
  await expect(second).rejects.toThrow('defect');
});
