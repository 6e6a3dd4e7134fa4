import { expect, test } from 'vitest';
import { severities } from '../directory/directory.ts';
import { impacts, ratings, severityOf, urgencies } from './severity.ts';

test('high and now is the worst, low and days the least, and the rest as the table says', () => {
  const table = impacts.map((impact) =>
    urgencies.map((urgency) => severityOf({ impact, urgency })).join(' '),
  );
  expect(table).toEqual(['S4 S4 S3', 'S4 S3 S2', 'S3 S2 S1']);
});

test('more effect or more haste never makes it less severe', () => {
  const rank = (i: number, u: number): number =>
    severities.indexOf(severityOf({ impact: impacts[i]!, urgency: urgencies[u]! }));
  for (const a of [0, 1, 2]) {
    for (const b of [0, 1]) {
      expect(rank(a, b + 1)).toBeLessThanOrEqual(rank(a, b));
      expect(rank(b + 1, a)).toBeLessThanOrEqual(rank(b, a));
    }
  }
});

test('every severity has a rating that comes to it', () => {
  expect(severities.map((severity) => severityOf(ratings[severity]))).toEqual([...severities]);
});
