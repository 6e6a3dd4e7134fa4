import { expect, test } from 'vitest';
import type { Settled } from '../../db/settled.ts';
import { countRow, noCounts, sum } from './tally.ts';
import { day, incident, played, type Written } from './test-log.ts';

/** How a tally stands after these rows, in which the commands had these outcomes. */
function tallied(
  rows: readonly Written[],
  outcomeOf: (name: string) => Pick<Settled, 'outcome' | 'code'> = () => {
    return { outcome: 'applied', code: null };
  },
) {
  const counts = noCounts();
  for (const meaning of played(incident(...rows)).told) {
    const settled = meaning.said.map(({ command, person }, n): Settled => {
      return { uid: `${n}`, ticket: null, person, ...outcomeOf(command.name) };
    });
    countRow(counts, { meaning, settled });
  }
  return counts;
}

const active = { state: 'Active', assignee: 'Resolver 1' } as const;

test('counts commands by what came of them, and refusals by reason', () => {
  expect(
    tallied([active, { state: 'Closed' }], (name) =>
      name === 'close'
        ? { outcome: 'noop', code: 'closed' }
        : name === 'resolve'
          ? { outcome: 'rejected', code: 'not-open' }
          : { outcome: 'applied', code: null },
    ),
  ).toMatchObject({ commands: 4, applied: 2, noop: 1, rejected: { 'not-open': 1 } });
});

test('counts rows that only show progress, and what they would have been', () => {
  expect(
    tallied([active, active, { ...active, state: 'Awaiting Vendor', group: 'Group 2' }, active]),
  ).toMatchObject({
    progressRows: 3,
    unmapped: { hold: 1, resume: 1, transfer: 2 },
  });
});

test('counts what was reopened, and tickets that follow another, if it came to that', () => {
  const rows: readonly Written[] = [
    { ...active, state: 'Resolved' },
    active,
    { ...active, state: 'Resolved' },
    { ...active, after: 4 * day },
  ];
  expect(tallied(rows)).toMatchObject({ reopened: 1, linked: 1 });
  const refused = { outcome: 'rejected', code: 'not-permitted' } as const;
  expect(tallied(rows, () => refused)).toMatchObject({
    reopened: 0,
    linked: 0,
    applied: 0,
    rejected: { 'not-permitted': 6 },
  });
});

test('counts of parts add up', () => {
  expect(sum({ commands: 2, engine: 3, dispatch: 0 })).toBe(5);
  expect(sum({})).toBe(0);
});
