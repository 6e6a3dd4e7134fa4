import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { afterFrame, loaded } from './loaded.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a part that does not come is asked for again, less and less often, until it comes', async () => {
  const asked: number[] = [];
  let isThere = false;
  const part = loaded(() => {
    asked.push(Date.now());
    return isThere ? Promise.resolve('the sheet') : Promise.reject(new TypeError('offline'));
  });
  await vi.advanceTimersByTimeAsync(15_000);
  const pauses = asked.map((at, n) => at - (asked[n - 1] ?? at));
  expect(pauses).toEqual([0, 1000, 2000, 4000, 8000]);
  isThere = true;
  await vi.advanceTimersByTimeAsync(16_000);
  expect(await part).toBe('the sheet');
  expect(asked).toHaveLength(6);
});

test('a part that may wait is not asked for before the next frame is drawn', async () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  const load = vi.fn(() => Promise.resolve('why it waits'));
  const part = afterFrame(load)();
  for (const frame of [1, 2]) {
    await vi.advanceTimersByTimeAsync(1000);
    expect(load, `before frame ${frame}`).not.toHaveBeenCalled();
    frames.shift()?.();
  }
  expect(await part).toBe('why it waits');
});
