import { expect, test } from 'vitest';
import { inTime, late, wellInTime } from './in-time.ts';

/** Time is over at once, or never. */
const atOnce = (_: number, run: () => void) => {
  run();
  return () => {};
};
const never = () => () => {};

test('what comes in time is what it brings, and nobody waits any more', async () => {
  let waits = 0;
  const later = () => {
    waits += 1;
    return () => (waits -= 1);
  };
  expect(await inTime(Promise.resolve(7), 10, later)).toBe(7);
  await expect.poll(() => waits).toBe(0);
});

test('what does not is late, though it comes or fails afterwards', async () => {
  const { promise, reject } = Promise.withResolvers<number>();
  expect(await inTime(promise, 10, atOnce)).toBe(late);
  reject(new Error('too late to matter'));
});

test('what fails in time fails, or counts as late for whoever says so', async () => {
  const failing = () => Promise.reject(new Error('no'));
  await expect(inTime(failing(), 10, never)).rejects.toThrow('no');
  expect(await wellInTime(failing(), 10, never)).toBe(late);
});
