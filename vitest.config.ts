import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**'];
const globalSetup = ['test/harness/global-setup.ts'];

/**
 * Four kinds of test. `unit` needs nothing; the others find a Postgres by the global set-up, which starts one per run.
 * What needs a database, a process or a browser gets time: two run at once, and on two cores, beside Postgres and with
 * something else to do, each may be five times slower than alone.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages/*,server,web}/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude,
          // Properties try hundreds of cases.
          testTimeout: 20_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/{conformance,simulation,harness}/**/*.test.ts'],
          exclude,
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          exclude,
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude,
          globalSetup: [...globalSetup, 'test/harness/browser-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
