/** A server without doors, on a clock that somebody moves: the parts of the house, and nothing happens by itself. */

import type { Instant } from '@rung/domain/base/time.ts';
import { openWriter } from '../../apply/writer.ts';
import type { Clock } from '../../clock.ts';
import { openDirectoryCache } from '../../db/directory.ts';
import { nextAttemptAt } from '../../db/notifications.ts';
import { type CompiledQuery, openDatabase } from '../../db/open.ts';
import type { Transports } from '../../dispatch/transport.ts';
import type { Log } from '../../log.ts';
import { openWorks } from '../../works.ts';
import { watched } from './watched.ts';

/** What made a commit. */
export type Source = 'commands' | 'engine' | 'dispatch';
/** Called after every commit that wrote something, with what it wrote. */
export type OnCommit = (source: Source, statements: readonly CompiledQuery[]) => void;

export type Driven = Awaited<ReturnType<typeof openDriven>>;

/** A clock that goes where it is put. */
export type MovedClock = Clock & { set(at: Instant): void };

export function movedClock(startsAt: Instant): MovedClock {
  let now = startsAt;
  return {
    now: () => now,
    set: (at) => void (now = at),
  };
}

const second = 1000;

export async function openDriven({
  databaseUrl,
  clock,
  transports,
  log,
  onCommit,
}: {
  readonly databaseUrl: URL;
  readonly clock: MovedClock;
  readonly transports: Transports;
  readonly log: Log;
  readonly onCommit: OnCommit;
}) {
  // One thing is done after the other here, so it is known who commits. Its own heartbeats are nobody's.
  let source: Source | null = null;
  const db = watched(await openDatabase(databaseUrl), (statements) => {
    if (source !== null) onCommit(source, statements);
  });
  const directory = openDirectoryCache(db);
  const writer = openWriter({ db, directory, clock, log });
  const works = openWorks({ db, directory, writer, clock, log }, transports);
  await works.beat();
  source = 'commands';
  let isClosed = false;
  // Not known yet: looked at before time passes.
  let dueAt: Instant | null = clock.now();
  let attemptAt = await nextAttemptAt(db);
  // Nobody else writes here, so what there is to do is what its own commits say.
  writer.onCommit((committed) => {
    dueAt = earlier(dueAt, committed.dueAt);
    attemptAt = earlier(attemptAt, committed.attemptAt);
  });

  async function tick(): Promise<void> {
    dueAt = null;
    const { nextAt } = await works.tick();
    // What is due and could not be done waits, as it does for the engine's loop.
    const isStuck = nextAt !== null && nextAt <= clock.now();
    dueAt = earlier(dueAt, isStuck ? clock.now() + second : nextAt);
  }

  async function send(): Promise<void> {
    attemptAt = null;
    await works.dispatch.look();
  }

  return {
    db,
    directory,
    writer,
    /** Lets time pass up to just before `until`: whatever falls due is done at its instant. The clock stands at the last. */
    async passTime(until: Instant): Promise<void> {
      for (;;) {
        const next = earlier(dueAt, attemptAt);
        const at = next === null ? null : Math.max(next, clock.now());
        if (at === null || at >= until) break;
        clock.set(at);
        source = 'engine';
        if (dueAt !== null && dueAt <= at) await tick();
        source = 'dispatch';
        if (attemptAt !== null && attemptAt <= at) await send();
      }
      source = 'commands';
    },
    async close(): Promise<void> {
      if (isClosed) return;
      isClosed = true;
      source = null;
      try {
        await works.rest();
        await writer.close();
      } finally {
        await db.close();
      }
    },
  };
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
