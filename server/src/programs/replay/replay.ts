/** An incident log through the real command path, engine, routing and dispatch, on a real database, in virtual time (docs/replay.md). */

import { must } from '@rung/domain/base/must.ts';
import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { DirectoryDocument } from '@rung/domain/directory/document-of.ts';
import type { Issue } from '@rung/domain/directory/issue.ts';
import { parseDirectory } from '@rung/protocol/directory/parse.ts';
import type { Log } from '../../log.ts';
import type { Bare } from './bare.ts';
import { type Driven, movedClock, openDriven } from './driven.ts';
import type { Row } from './incident-log.ts';
import { openIncidents } from './incidents.ts';
import { openPace } from './pace.ts';
import { screens, setUp } from './set-up.ts';
import { type Counts, countRow, noCounts, sum } from './tally.ts';

export type Replayed = Counts & {
  readonly incidents: number;
  readonly rows: number;
  /** The replay alone: without reading the log, setting up the company, and the bare loop. */
  readonly wallMs: number;
  /** Durable commits per second, by quarters of the rows. */
  readonly pace: readonly number[];
  /** How long the bare loop took for the same commits; null = it did not run. */
  readonly bareMs: number | null;
  /** Everything up to this instant was done. */
  readonly endAt: Instant;
};

type Asked = {
  /** In the order in which they were written. At least one. */
  readonly rows: readonly Row[];
  readonly company: DirectoryDocument;
  /** An empty database. */
  readonly databaseUrl: URL;
  readonly log: Log;
  /** Closes and reopens server and database after so many rows; null = never. */
  readonly restartEvery: number | null;
  readonly bare: Bare | null;
  /** Called after each row, with how many are done. */
  readonly onRow: (done: number) => void;
};

/** How many commits the bare loop does at once, in turn with the replay. */
const bareAtOnce = 1000;

/**
 * Does it, has what is stored read by `read`, and closes the server. What is wrong with the company is a refusal.
 * @throws what the server threw.
 */
export async function replay<Answer>(
  { rows, company, databaseUrl, log, restartEvery, bare, onRow }: Asked,
  read: (did: Replayed, server: Driven) => Promise<Answer>,
): Promise<Result<Answer, readonly Issue[]>> {
  const parsed = parseDirectory(company);
  if (!parsed.ok) return parsed;
  const clock = movedClock(must(rows[0], 'a log to replay has a row').at);
  let counts = noCounts();
  const open = () =>
    openDriven({
      databaseUrl,
      clock,
      log,
      transports: screens(() => void (counts.displayed += 1)),
      onCommit(source, statements) {
        counts.transactions[source] += 1;
        bare?.add(statements);
      },
    });

  let server = await open();
  try {
    const issues = await setUp(server, parsed.value);
    if (issues.length > 0) return refuse(issues);
    await bare?.run();
    counts = noCounts();
    const did = await go();
    return accept(await read(did, server));
  } finally {
    await server.close();
  }

  async function go(): Promise<Replayed> {
    const incidents = openIncidents();
    const pace = openPace(() => sum(counts.transactions));
    let bareMs = 0;
    const runBare = async (least: number): Promise<void> => {
      if (bare === null || bare.waits < least) return;
      pace.pause();
      bareMs += await bare.run();
      pace.goOn();
    };
    for (const [n, row] of rows.entries()) {
      // At equal instants the row goes before the deadlines.
      await server.passTime(row.at);
      clock.set(row.at);
      countRow(counts, await incidents.write(row, server));
      if (restartEvery !== null && (n + 1) % restartEvery === 0) {
        await server.close();
        server = await open();
      }
      await runBare(bareAtOnce);
      const quarters = Math.floor(((n + 1) * 4) / rows.length);
      if (quarters > pace.marks().length && quarters < 4) pace.mark();
      onRow(n + 1);
    }
    const endAt = clock.now();
    await server.passTime(endAt + 1);
    await runBare(0);
    pace.mark();
    return {
      ...structuredClone(counts),
      incidents: new Set(rows.map(({ number }) => number)).size,
      rows: rows.length,
      wallMs: pace.ms(),
      pace: pace.marks(),
      bareMs: bare === null ? null : bareMs,
      endAt,
    };
  }
}
