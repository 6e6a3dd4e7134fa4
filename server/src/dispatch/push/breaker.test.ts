import { expect, test } from 'vitest';
import { begun, type Breaker, closed, ended, waitOf } from './breaker.ts';

type Try = readonly [endpoint: string, at: number];
const failed = (tries: readonly Try[], breaker: Breaker = closed): Breaker =>
  tries.reduce((is, [one, at]) => ended(begun(is, one, at), one, false, at), breaker);

const five: readonly Try[] = [
  ['mara', 0],
  ['otto', 1000],
  ['mara', 2000],
  ['otto', 3000],
  ['lena', 4000],
];
const open = failed(five);

test('it opens for 10 s with the fifth failure in 30 s of three subscriptions', () => {
  expect(waitOf(failed(five.slice(0, 4)), 'nora', 4000)).toBe(0);
  expect(waitOf(open, 'nora', 4000)).toBe(10_000);
  expect(waitOf(open, 'nora', 13_999)).toBe(1);
  expect(waitOf(open, 'nora', 14_000)).toBe(0);
});

test('one subscription that fails, or two, do not open it, however often', () => {
  const often = Array.from({ length: 60 }, (_, n): Try => [n % 2 === 0 ? 'mara' : 'otto', n * 100]);
  expect(waitOf(failed(often), 'mara', 6000)).toBe(0);
  expect(failed(often).failures.length).toBeLessThan(10);
  expect(waitOf(failed([...often, ['lena', 6000]]), 'nora', 6000)).toBe(10_000);
});

test('failures that lie farther apart do not open it', () => {
  const sparse = five.map(([one], n): Try => [one, n * 10_000]);
  expect(waitOf(failed(sparse), 'nora', 40_000)).toBe(0);
});

test('whatever is answered in between begins the count anew', () => {
  const answered = ended(failed(five.slice(0, 4)), 'nora', true, 3500);
  expect(waitOf(failed(five.slice(4), answered), 'nora', 4000)).toBe(0);
});

test('after its pause those try first that did not fail, each once, and one answer opens the door to all', () => {
  expect(waitOf(open, 'mara', 14_000)).toBe(3000);
  expect(waitOf(open, 'mara', 17_000)).toBe(0);
  const probing = begun(open, 'nora', 14_000);
  expect(waitOf(probing, 'nora', 14_000)).toBeGreaterThan(0);
  expect(waitOf(probing, 'emil', 14_000)).toBe(0);
  const answered = ended(probing, 'nora', true, 14_500);
  for (const one of ['nora', 'mara', 'emil']) expect(waitOf(answered, one, 14_500)).toBe(0);
});

test('a subscription that keeps failing holds up itself, and nobody else', () => {
  let breaker = open;
  for (let at = 17_000; at < 200_000; at += 10_000) {
    expect(waitOf(breaker, 'mara', at)).toBe(0);
    breaker = failed([['mara', at]], breaker);
    expect(waitOf(breaker, 'mara', at)).toBe(10_000);
    expect(waitOf(breaker, 'nora', at)).toBe(0);
  }
});

test('if several fail again, it is open for 10 s again', () => {
  const again = five.map(([one], n): Try => [`${one}’s other`, 14_000 + n]);
  const apart = again.map(([one, at], n): Try => [`${one} ${n}`, at]);
  expect(waitOf(failed(apart, open), 'nora', 14_004)).toBe(10_000);
});

test('what began before it opened does not open it for longer', () => {
  const late = [1, 2, 3, 4, 5, 6].map((n): Try => [`${n}`, 12_000]);
  expect(waitOf(failed(late, open), 'nora', 14_000)).toBe(0);
});

test('a try that never says how it went holds up its subscription for 15 s only', () => {
  expect(waitOf(begun(open, 'nora', 14_000), 'nora', 29_000)).toBe(0);
});

test('nobody waits for a clock that was set back', () => {
  expect(waitOf(open, 'nora', 4000 - 3_600_000)).toBe(0);
});
