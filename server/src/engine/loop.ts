/**
 * When the engine looks. It wakes every second, so that a suspended machine or a jumped clock is noticed at once, and
 * writes every 30 s that this server lives: after downtime, that row says how long (domain.md, section 2).
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

const second = 1000;
const beatEvery = 30 * second;
/** A loop that did not wake for this long is stuck, and so is a heartbeat that waits this long. */
const stuckAfter = 10 * second;

export type Engine = {
  /** What is wrong with it, each a sentence; empty = it wakes and writes. */
  wrong(): readonly string[];
  /** Wakes no more; resolves when the last heartbeat was tried. */
  close(): Promise<void>;
};

export function startEngine({
  clock,
  log,
  beat,
}: {
  readonly clock: Clock;
  readonly log: Log;
  /** Writes that this server lives. */
  readonly beat: (now: Instant) => Promise<void>;
}): Engine {
  // Monotonic: what is measured here is this process, not the world.
  let wokeAt = performance.now();
  let begunAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | null = null;
  let hasFailed = false;

  const timer = setInterval(wake, second);
  wake();

  function wake(): void {
    wokeAt = performance.now();
    if (writing === null && wokeAt - begunAt >= beatEvery) writing = write();
  }

  async function write(): Promise<void> {
    begunAt = performance.now();
    try {
      await beat(clock.now());
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      log.error('the engine could not write its heartbeat', { error });
    } finally {
      writing = null;
    }
  }

  return {
    wrong() {
      const now = performance.now();
      const isWaiting = writing !== null && now - begunAt > stuckAfter;
      return [
        ...(now - wokeAt > stuckAfter ? ['the engine has not woken for 10 s'] : []),
        ...(isWaiting ? ['the engine has waited for the database for 10 s'] : []),
        ...(hasFailed ? ['the engine could not write its last heartbeat'] : []),
      ];
    },
    async close() {
      clearInterval(timer);
      await writing;
      await write();
    },
  };
}
