import { expect, test } from 'vitest';
import { tallyOf, type VitestReport } from './tally.ts';

const file = (status: string, ...tests: string[]): VitestReport['testResults'][number] => ({
  status,
  assertionResults: tests.map((of) => ({ status: of })),
});

test('every test is counted once', () => {
  const report = {
    testResults: [
      file('failed', 'passed', 'failed', 'failed'),
      file('passed', 'passed', 'todo', 'pending'),
    ],
  };
  expect(tallyOf(report, 1)).toEqual({ passed: 2, failed: 2, skipped: 2 });
});

test('a file that did not load is a failure', () => {
  const report = { testResults: [file('failed'), file('passed', 'passed')] };
  expect(tallyOf(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a bad exit code is a failure, though every test passed', () => {
  expect(tallyOf({ testResults: [file('passed', 'passed')] }, 1).failed).toBe(1);
});

test('a run without tests, and one without a report, are failures', () => {
  expect(tallyOf({ testResults: [] }, 0).failed).toBe(1);
  expect(tallyOf(null, 0).failed).toBe(1);
});
