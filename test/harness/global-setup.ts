import type { TestProject } from 'vitest/node';
import { startPostgres, type Postgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the run's one Postgres: a superuser's connection to the database `postgres`. */
    postgres: string;
  }
}

// Vitest loads this file once per project, all in one process: the run's Postgres hangs on the process.
type Shared = { users: number; postgres: Promise<Postgres> };
const place = globalThis as { rungPostgres?: Shared };

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const shared = (place.rungPostgres ??= { users: 0, postgres: startPostgres() });
  shared.users += 1;
  project.provide('postgres', (await shared.postgres).url);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete place.rungPostgres;
    await (await shared.postgres).stop();
  };
}
