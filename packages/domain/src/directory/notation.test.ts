import { expect, test } from 'vitest';
import type { Span, Target } from './directory.ts';
import { spanOf, spanText, targetOf, targetText } from './notation.ts';

const elapsed = (n: number, unit: Span['unit']): Span => ({ n, unit, business: false });
const business = (n: number, unit: Span['unit']): Span => ({ n, unit, business: true });

test.each<[string, Span, string]>([
  ['15m', elapsed(15, 'minute'), '15m'],
  [' 15 min ', elapsed(15, 'minute'), '15m'],
  ['90 seconds', elapsed(90, 'second'), '90s'],
  ['2h', elapsed(2, 'hour'), '2h'],
  ['1 Day', elapsed(1, 'day'), '1d'],
  ['4 business hours', business(4, 'hour'), '4 business hours'],
  ['1 business day', business(1, 'day'), '1 business day'],
])('%s is read as a length of time and written %3$s', (text, span, short) => {
  expect(spanOf(text)).toEqual(span);
  expect(spanText(span)).toBe(short);
  expect(spanOf(short)).toEqual(span);
});

test.each(['', '15', 'm', '-5m', '1.5h', '15 months', '4 busy hours', '1234567m', '5m 3s'])(
  '"%s" is not a length of time',
  (text) => {
    expect(spanOf(text)).toBeNull();
  },
);

test.each<[string, Target]>([
  ['on-call', { kind: 'on-call' }],
  ['team', { kind: 'team' }],
  ['team:cold', { kind: 'team', key: 'cold' }],
  ['person: mara', { kind: 'person', key: 'mara' }],
  ['schedule:cold-week', { kind: 'schedule', key: 'cold-week' }],
])('%s is read as a target', (text, target) => {
  expect(targetOf(text)).toEqual(target);
  expect(targetOf(targetText(target))).toEqual(target);
});

test.each(['', 'oncall', 'lead:mara', 'person', 'person:', ':mara'])(
  '"%s" is no target',
  (text) => {
    expect(targetOf(text)).toBeNull();
  },
);
