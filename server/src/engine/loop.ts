/**
 * When the engine looks. It wakes every second, so that a suspended machine or a jumped clock is noticed at once, and
 * writes every 30 s that this server lives: after downtime, that row says how long (domain.md, section 2).
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

const second = 1000;
const beatEvery = 30 * second;
/** A loop that did not wake for this long is stuck. */
const stuckAfter = 10 * second;

export type Engine = {
  /** What is wrong with it, each a sentence; empty = it wakes and writes. */
  wrong(): readonly string[];
  /** Wakes no more; resolves when a write under way has ended. */
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
  let lastBeat = Number.NEGATIVE_INFINITY;
  let failing = false;
  let writing: Promise<void> = Promise.resolve();

  const timer = setInterval(wake, second);
  wake();

  function wake(): void {
    wokeAt = performance.now();
    if (wokeAt - lastBeat < beatEvery) return;
    lastBeat = wokeAt;
    writing = write();
  }

  async function write(): Promise<void> {
    try {
      await beat(clock.now());
      failing = false;
    } catch (error) {
      failing = true;
      log.error('the engine could not write its heartbeat', { error });
    }
  }

  return {
    wrong() {
      const stuck = performance.now() - wokeAt > stuckAfter;
      return [
        ...(stuck ? ['the engine has not woken for 10 s'] : []),
        ...(failing ? ['the engine could not write its last heartbeat'] : []),
      ];
    },
    async close() {
      clearInterval(timer);
      await writing;
    },
  };
}
