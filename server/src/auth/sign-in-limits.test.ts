import { expect, test } from 'vitest';
import { openSignInLimits } from './sign-in-limits.ts';

const many = (count: number, take: (n: number) => Promise<number>) =>
  Promise.all(Array.from({ length: count }, (_, n) => take(n)));
const heard = (waits: readonly number[]) => waits.filter((wait) => wait === 0).length;

test('of a burst at one account from one address ten are heard', async () => {
  const limits = openSignInLimits();
  expect(heard(await many(120, () => limits.take('mara', 'here')))).toBe(10);
});

test('of guesses at one account from everywhere a hundred are heard', async () => {
  const limits = openSignInLimits();
  expect(heard(await many(300, (n) => limits.take('mara', `address ${n}`)))).toBe(100);
});

test('of guesses at many accounts from one address fifty are heard', async () => {
  const limits = openSignInLimits();
  expect(heard(await many(300, (n) => limits.take(`person ${n}`, 'here')))).toBe(50);
});

test('a sign-in that worked counts no more, and forgives', async () => {
  const limits = openSignInLimits();
  for (let n = 0; n < 500; n += 1) {
    expect(await limits.take('mara', 'here')).toBe(0);
    await limits.worked('mara', 'here');
  }
});
