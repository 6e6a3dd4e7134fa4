/** When dispatch looks: at once when a commit left something to send, when a retry is due, and every 30 s for what others left. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

const second = 1000;
const askEvery = 30 * second;

export type DispatchLoop = {
  /** Something waits to be sent. */
  kick(): void;
  /** Takes nothing new; resolves when what is being sent has ended. */
  close(): Promise<void>;
};

export function startDispatch({
  clock,
  log,
  look,
}: {
  readonly clock: Clock;
  readonly log: Log;
  /** Sends what waits and answers when something is to be sent next; null = nothing is. */
  readonly look: () => Promise<Instant | null>;
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
        const nextAt = await look();
        wait = nextAt === null ? askEvery : Math.max(nextAt - clock.now(), 0);
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
    },
  };
}
