/** G7: from the instant at which a rung is due to the bytes of its push at the push service, through the whole house. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { newAuthority } from '../../harness/push-ca.ts';
import { startPostgres } from '../../harness/postgres.ts';
import { type Extent, type Figure, figureOf, quantile } from '../figures.ts';
import { houseIsLate, type Lateness, pollerIsLate } from './late.ts';
import { startSink } from './sink.ts';

const second = 1000;
const names = ['SQLite', 'Postgres', 'poller'] as const;
type Name = (typeof names)[number];

export async function measureLateness(extent: Extent): Promise<readonly Figure[]> {
  const { rounds, deadlines, overMs } = extent.isBrief
    ? { rounds: 1, deadlines: 20, overMs: 2 * second }
    : { rounds: 3, deadlines: 200, overMs: 20 * second };
  const authority = newAuthority();
  const sink = await startSink(authority);
  const postgres = await startPostgres();
  const found = new Map<Name, Lateness[]>(names.map((name) => [name, []]));

  async function roundOf(name: Name, n: number): Promise<Lateness> {
    const folder = await mkdtemp(join(tmpdir(), 'rung-bench-'));
    const dues = (startsInMs: number) => spread(Date.now() + startsInMs, deadlines, overMs);
    const round = { folder, sink, authority, dues, complain: extent.progress };
    try {
      if (name === 'poller') return await pollerIsLate(round);
      const url =
        name === 'SQLite'
          ? pathToFileURL(join(folder, 'rung.db'))
          : await freshDatabase(postgres.url, `round_${n}`);
      return await houseIsLate(round, url);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  for (let n = 1; n <= rounds; n += 1) {
    for (const name of names) {
      const late = await roundOf(name, n);
      found.get(name)?.push(late);
      const [half, most, worst] = [0.5, 0.99, 1].map((part) => quantile(late, part));
      const said = `p50 ${half} ms, p99 ${most} ms, at most ${worst} ms`;
      extent.progress(`G7, round ${n} of ${rounds}: ${name}: ${said}`);
    }
  }
  await sink.end();
  await postgres.stop();

  const of = (name: Name, part: number) =>
    (found.get(name) ?? []).map((late) => quantile(late, part));
  return (['SQLite', 'Postgres'] as const).flatMap((name) =>
    [0.5, 0.99].map((part) =>
      figureOf({
        goal: 'G7',
        what: `due to push bytes at the service, ${name}, p${part * 100}, ms`,
        ours: of(name, part),
        peers: { 'poller (1 s) and web-push': of('poller', part) },
        better: 'less',
        ...(part === 0.5
          ? {}
          : { target: { text: '<= 50 ms and <= 1/5', ratio: 1 / 5, most: 50 } }),
      }),
    ),
  );
}

/** So many instants over this long, rising, at no beat that somebody's timer could share. */
function spread(startsAt: number, count: number, overMs: number): readonly number[] {
  const step = overMs / count;
  return Array.from({ length: count }, (_, n) => {
    return Math.round(startsAt + n * step + ((n * 0.618) % 1) * step);
  });
}

async function freshDatabase(url: string, name: string): Promise<URL> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const fresh = new URL(url);
  fresh.pathname = `/${name}`;
  return fresh;
}
