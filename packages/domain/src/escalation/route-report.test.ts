import { describe, expect, test } from 'vitest';
import { must } from '../base/must.ts';
import { exampleDirectory } from '../directory/example.ts';
import { lintDirectory } from '../directory/lint.ts';
import type { Reported } from '../ticket/events.ts';
import { routeReport } from './route-report.ts';
import { company } from './test-company.ts';

const plain = {
  type: 'incident',
  severity: 'S3',
  title: 'pump 3 leaks',
  description: '',
  site: null,
  asset: null,
  category: null,
  team: null,
  reportedAt: 0,
} as const satisfies Reported['args'];

function routed(said: Partial<Reported['args']>, by = 'otto') {
  const reporter = must(exampleDirectory.person.get(by), by);
  const result = routeReport({ ...plain, ...said }, reporter, exampleDirectory);
  return result.ok ? result.value.args : result.refusal.kind;
}

test('the examples are directories that may be used', () => {
  expect(lintDirectory(exampleDirectory)).toEqual([]);
  expect(lintDirectory(company)).toEqual([]);
});

describe('the team of a new ticket', () => {
  test.each([
    ['the one named, before everything', { team: 'desk', asset: 'fan', site: 'oven-hall' }, 'desk'],
    ["else the asset's", { asset: 'fan', category: 'cooling' }, 'air'],
    ["else the site's", { site: 'cellar', category: 'doors' }, 'cold'],
    ["else the category's", { site: 'oven-hall', category: 'cooling' }, 'cold'],
    ["else the category's that comes with the asset", { asset: 'freezer' }, 'cold'],
    ["else the client's", { site: 'ward' }, 'air'],
    ["else the organisation's", { site: 'oven-hall' }, 'desk'],
    ["the organisation's where nothing is named", {}, 'desk'],
  ])('%s', (_, said, team) => {
    expect(routed(said)).toMatchObject({ team });
  });
});

describe('the policy of a new ticket', () => {
  test.each([
    ["its client's contract", { site: 'ward', severity: 'S1' }, 'gold@1'],
    [
      "its team's table where the contract says nothing",
      { team: 'cold', severity: 'S2' },
      'urgent@1',
    ],
    ["the organisation's, by severity", { severity: 'S1' }, 'urgent@1'],
    ["the organisation's for any", { severity: 'S2' }, 'calm@1'],
    [
      "the team's table is for its type only",
      { team: 'cold', severity: 'S2', type: 'request' },
      'calm@1',
    ],
  ] as const)('%s', (_, said, policyVersion) => {
    expect(routed(said)).toMatchObject({ policyVersion });
  });
});

describe('what a report names', () => {
  test('a ticket about an asset is about its site and its client', () => {
    expect(routed({ asset: 'fan' })).toMatchObject({ site: 'oven-hall', client: 'bakery' });
  });
  test("a client's report without a place is his company's", () => {
    expect(routed({}, 'klara')).toMatchObject({ client: 'clinic', team: 'air' });
  });
  test.each([
    [{ site: 'nowhere' }, 'unknown-site'],
    [{ asset: 'nothing' }, 'unknown-asset'],
    [{ category: 'none' }, 'unknown-category'],
    [{ team: 'nobody' }, 'unknown-team'],
    [{ asset: 'fan', site: 'ward' }, 'asset-elsewhere'],
  ])('%j is refused: %s', (said, kind) => {
    expect(routed(said)).toBe(kind);
  });
  test('our teams are not there for a client', () => {
    expect(routed({ team: 'cold' }, 'klara')).toBe('unknown-team');
  });
  test("another client's site answers like one that is not there", () => {
    expect(routed({ site: 'ward' }, 'berta')).toBe(routed({ site: 'nowhere' }, 'berta'));
    expect(routed({ asset: 'fan' }, 'klara')).toBe(routed({ asset: 'nothing' }, 'klara'));
    const own = { site: 'ward' };
    expect(routed({ ...own, asset: 'fan' }, 'klara')).toBe(
      routed({ ...own, asset: 'nothing' }, 'klara'),
    );
  });
});
