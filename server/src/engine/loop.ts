/**
 * When the engine looks. It sleeps until the next deadline it knows of, is woken by a commit that brings an earlier
 * one, and wakes every second to compare in memory, so that a suspended machine or a jumped clock is noticed at once.
 * It asks the database every 30 s, because other processes write there too, and writes then that this server lives:
 * after downtime, that says how long (domain.md, section 2).
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

const second = 1000;
const askEvery = 30 * second;
const auditEvery = 60 * second;
/** A loop that did not wake for this long is stuck, and so is a look or a heartbeat that takes this long. */
const stuckAfter = 10 * second;

export type Engine = {
  /** Something is due at `at`: look then at the latest. */
  hint(at: Instant): void;
  /** What is wrong with it, each a sentence; empty = it wakes, looks and writes. */
  wrong(): readonly string[];
  /** Wakes no more; resolves when the last heartbeat was tried. */
  close(): Promise<void>;
};

export function startEngine({
  clock,
  log,
  beat,
  look,
  audit,
}: {
  readonly clock: Clock;
  readonly log: Log;
  /** Writes that this server lives. */
  readonly beat: () => Promise<void>;
  /** Does what is due and answers when something is next; null = never, as far as the database knows. */
  readonly look: () => Promise<Instant | null>;
  /** Gives back deadlines that were lost. */
  readonly audit: () => Promise<unknown>;
}): Engine {
  // Monotonic: what is measured here is this process, not the world.
  let wokeAt = performance.now();
  let wokeWall = clock.now();
  let askedAt = Number.NEGATIVE_INFINITY;
  let beatAt = Number.NEGATIVE_INFINITY;
  let auditedAt = Number.NEGATIVE_INFINITY;
  let working: { readonly since: number; readonly done: Promise<void> } | null = null;
  let nextAt: Instant | null = null;
  let failure: string | null = null;
  let isClosed = false;

  let timer = setTimeout(wake, 0);

  function wake(): void {
    if (isClosed) return;
    const [now, wall] = [performance.now(), clock.now()];
    // The machine slept, or its clock was set: how long nobody lived is written before anything is done.
    if (Math.abs(wall - wokeWall) > 10 * second) beatAt = Number.NEGATIVE_INFINITY;
    wokeAt = now;
    wokeWall = wall;
    const isDue = nextAt !== null && nextAt <= wall;
    if (working === null && (isDue || now - askedAt >= askEvery || now - beatAt >= askEvery)) {
      working = { since: now, done: work().finally(rest) };
    }
    sleep();
  }

  function rest(): void {
    working = null;
    sleep();
  }

  function sleep(): void {
    clearTimeout(timer);
    if (isClosed) return;
    const untilDue = nextAt === null || working !== null ? second : nextAt - clock.now();
    timer = setTimeout(wake, Math.min(Math.max(untilDue, 0), second));
  }

  async function work(): Promise<void> {
    try {
      if (performance.now() - beatAt >= askEvery) {
        await beat();
        beatAt = performance.now();
      }
      if (performance.now() - auditedAt >= auditEvery) {
        auditedAt = performance.now();
        await audit();
      }
      askedAt = performance.now();
      nextAt = null;
      const found = await look();
      // A commit may have brought an earlier one meanwhile.
      if (found !== null) nextAt = Math.min(nextAt ?? found, found);
      // What is due and could not be done waits for the next second.
      if (nextAt !== null)
        nextAt = Math.max(nextAt, clock.now() + (nextAt <= clock.now() ? second : 0));
      failure = null;
    } catch (error) {
      failure = 'the engine could not look at the deadlines, or could not write its heartbeat';
      log.error(failure, { error });
      nextAt = clock.now() + second;
    }
  }

  return {
    hint(at) {
      if (nextAt !== null && nextAt <= at) return;
      nextAt = at;
      sleep();
    },
    wrong() {
      const now = performance.now();
      const isWaiting = working !== null && now - working.since > stuckAfter;
      return [
        ...(now - wokeAt > stuckAfter ? ['the engine has not woken for 10 s'] : []),
        ...(isWaiting ? ['the engine has waited for the database for 10 s'] : []),
        ...(failure === null ? [] : [failure]),
      ];
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await working?.done;
      try {
        await beat();
      } catch (error) {
        log.error('the engine could not write its last heartbeat', { error });
      }
    },
  };
}
