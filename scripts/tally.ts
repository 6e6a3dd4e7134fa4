export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

export const none: Tally = { passed: 0, failed: 0, skipped: 0 };

export const add = (one: Tally, other: Tally): Tally => ({
  passed: one.passed + other.passed,
  failed: one.failed + other.failed,
  skipped: one.skipped + other.skipped,
});

/** Of Vitest's JSON reporter, what is counted. */
export type VitestReport = {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/**
 * Counts a run of Vitest, and never calls it good when it was not: a file that failed outside its tests (it did not load,
 * a hook threw) is a failure, and so are a run without a passed test, without a report (null), or with an exit code other than 0.
 */
export function tallyOf(report: VitestReport | null, code: number): Tally {
  let tally = none;
  for (const { status, assertionResults } of report?.testResults ?? []) {
    let failedHere = 0;
    for (const test of assertionResults) {
      if (test.status === 'passed') tally = add(tally, { ...none, passed: 1 });
      else if (test.status === 'failed') failedHere += 1;
      else tally = add(tally, { ...none, skipped: 1 });
    }
    if (status === 'failed' && failedHere === 0) failedHere = 1;
    tally = add(tally, { ...none, failed: failedHere });
  }
  const isBad = code !== 0 || tally.passed === 0;
  return isBad && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}
