import { expect, test } from 'vitest';
import { toneOf } from './tone.ts';

test('the tone lasts two seconds, is heard at their beginning, and never cracks', () => {
  const rate = 8000;
  const samples = [...toneOf(rate)];
  expect(samples).toHaveLength(2 * rate);
  expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(Math.max(...samples.slice(0, rate / 2).map(Math.abs))).toBeGreaterThan(0.4);
  expect(samples.slice(0.6 * rate).every((one) => one === 0)).toBe(true);
  // It begins and ends at rest: what is repeated has no seam.
  expect([samples[0], samples.at(-1)]).toEqual([0, 0]);
});
