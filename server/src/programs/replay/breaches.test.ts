import { describe, expect, test } from 'vitest';
import { must } from '@rung/domain/base/must.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import { breachesOf } from './breaches.ts';
import {
  day,
  directoryOf,
  hour,
  incident,
  minute,
  monday,
  played,
  type Written,
} from './test-log.ts';

/** What was breached of the ticket of these rows, by the contract of policy.yaml, from Monday 09:00 on. */
function breached(rows: readonly Written[], endAt?: Instant) {
  const log = incident(...rows.map((row) => ({ location: 'Hall 1', ...row })));
  const story = played(log, endAt);
  const { ticket, events } = must(story.tickets[0], 'a ticket');
  return breachesOf(ticket, events, directoryOf(log), story.endAt);
}

const one = 'Resolver 1';
const none = { firstResponse: false, resolution: false };
const response = { ...none, firstResponse: true };
const resolution = { ...none, resolution: true };

test.each([
  ['S1', 15 * minute],
  ['S2', 30 * minute],
  // 4 business hours, and the same time of the next day.
  ['S3', 4 * hour],
  ['S4', day],
] as const)(
  'an %s is to be answered within its target, which is met at its end',
  (severity, ms) => {
    const at = (after: number) =>
      breached([{ severity }, { severity, state: 'Active', assignee: one, after }]);
    expect(at(ms)).toEqual(none);
    expect(at(ms + minute)).toEqual(response);
  },
);

test.each([
  ['S1', 4 * hour],
  ['S2', 8 * hour],
  ['S3', 3 * day],
  // Over the weekend.
  ['S4', 7 * day],
] as const)(
  'an %s is to be resolved within its target, which is met at its end',
  (severity, ms) => {
    const at = (after: number) =>
      breached([
        { severity, state: 'Active', assignee: one },
        { severity, state: 'Resolved', assignee: one, after },
      ]);
    expect(at(ms)).toEqual(none);
    expect(at(ms + minute)).toEqual(resolution);
  },
);

describe('time', () => {
  test('is business time where the target says so: an evening, a night', () => {
    const evening = { severity: 'S3', openedAt: monday + 8 * hour, after: 8 * hour } as const;
    const at = (after: number) =>
      breached([evening, { severity: 'S3', state: 'Active', assignee: one, after }]);
    // From 17:00 an hour is left; three more end at 11:00.
    expect(at(18 * hour)).toEqual(none);
    expect(at(18 * hour + minute)).toEqual(response);
  });

  test('counts from when it was opened, not from its first row', () => {
    const opened = { severity: 'S1', openedAt: monday - hour } as const;
    expect(breached([{ ...opened, state: 'Resolved', assignee: one }])).toEqual(response);
  });

  test('goes on while it is held', () => {
    expect(
      breached([
        { severity: 'S1', state: 'Active', assignee: one },
        { severity: 'S1', state: 'Awaiting Vendor', assignee: one },
        { severity: 'S1', state: 'Resolved', assignee: one, after: 5 * hour },
      ]),
    ).toEqual(resolution);
  });

  test('goes on up to the end of the log where nobody answers', () => {
    expect(breached([{ severity: 'S1' }], monday + 15 * minute)).toEqual(none);
    expect(breached([{ severity: 'S1' }], monday + 16 * minute)).toEqual(response);
    expect(breached([{ severity: 'S1' }], monday + 5 * hour)).toEqual({
      firstResponse: true,
      resolution: true,
    });
  });
});

test('a resolution is an answer, too', () => {
  const done = { severity: 'S1', state: 'Resolved', assignee: one } as const;
  expect(breached([{ severity: 'S1' }, { ...done, after: 15 * minute }])).toEqual(none);
  expect(breached([{ severity: 'S1' }, { ...done, after: 16 * minute }])).toEqual(response);
});

test('the first answer counts, and the last resolution', () => {
  const back = [
    { severity: 'S1', state: 'Resolved', assignee: one },
    { severity: 'S1', state: 'Active', assignee: one, after: hour },
  ] as const;
  const done = { severity: 'S1', state: 'Resolved', assignee: one } as const;
  expect(breached([...back, { ...done, after: 3 * hour }])).toEqual(none);
  expect(breached([...back, { ...done, after: 4 * hour }])).toEqual(resolution);
  expect(breached(back, monday + 5 * hour)).toEqual(resolution);
});

test('the targets are those of the severity that it ends with', () => {
  const answer = { state: 'Active', assignee: one, after: 20 * minute } as const;
  expect(breached([{ severity: 'S1' }, { severity: 'S2', ...answer }])).toEqual(none);
  expect(breached([{ severity: 'S2' }, { severity: 'S1', ...answer }])).toEqual(response);
});

test('without a site there is no contract, and so no breach', () => {
  const elsewhere = { number: 'INC2', location: 'Hall 2' } as const;
  const rows = [{ severity: 'S1', location: null }, elsewhere] as const;
  expect(breached(rows, monday + 9 * day)).toEqual(none);
});
