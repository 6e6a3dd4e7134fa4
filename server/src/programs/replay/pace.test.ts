import { afterEach, expect, test, vi } from 'vitest';
import { openPace } from './pace.ts';

afterEach(() => void vi.useRealTimers());

test('a pace is commits per second, by parts; what is done in a pause takes no time', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  let commits = 5;
  const pace = openPace(() => commits);
  const pass = (ms: number, more: number) => {
    vi.advanceTimersByTime(ms);
    commits += more;
  };
  pass(2000, 10);
  pace.mark();
  pass(500, 10);
  pace.pause();
  pass(9000, 0);
  pace.goOn();
  pass(500, 10);
  pace.mark();
  expect(pace.marks()).toEqual([5, 20]);
  expect(pace.ms()).toBe(3000);
});
