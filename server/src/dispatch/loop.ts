/** When dispatch looks: at once when a commit left something to send or a slot is free again, when a retry is due, and every 30 s. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

const second = 1000;
const tenth = second / 10;
const askEvery = 30 * second;

export type DispatchLoop = {
  /** Something waits to be sent, or a slot is free. */
  kick(): void;
  /** Takes nothing new; resolves when what is being sent has ended. */
  close(): Promise<void>;
};

export function startDispatch({
  clock,
  log,
  take,
  nextAt,
  idle,
}: {
  readonly clock: Clock;
  readonly log: Log;
  /** Begins to send what waits, and answers how much that was. */
  readonly take: () => Promise<number>;
  /** When something is to be sent next; null = nothing is. */
  readonly nextAt: () => Promise<Instant | null>;
  /** Resolves when nothing is on its way. */
  readonly idle: () => Promise<void>;
}): DispatchLoop {
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isClosed = false;
  let timer = setTimeout(kick, 0);

  function kick(): void {
    isWanted = true;
    if (!isClosed) running ??= run();
  }

  async function run(): Promise<void> {
    let wait = askEvery;
    while (isWanted && !isClosed) {
      isWanted = false;
      try {
        const taken = await take();
        const at = await nextAt();
        // What is due and was not taken is another's, or has no slot yet.
        const least = taken === 0 ? tenth : 0;
        wait = at === null ? askEvery : Math.max(at - clock.now(), least);
      } catch (error) {
        log.error('dispatch could not look for what is to be sent', { error });
        wait = second;
      }
    }
    // In the same turn as the last look at the flag: whoever comes next starts anew.
    running = null;
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(kick, Math.min(wait, askEvery));
  }

  return {
    kick,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
      await idle();
    },
  };
}
