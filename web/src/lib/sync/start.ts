import { asked } from '../http/asked.ts';
import { SendLoop, type Sending, type Waiting } from './loop.ts';

/** Starts the loop of one person in a browser's page. Answers how to try at once, and how to stop. */
export function startSending(
  person: string,
  waiting: Waiting,
  tell: (sending: Sending) => void,
): { kick(): void; stop(): void } {
  const loop = new SendLoop(
    waiting,
    (command) => asked.command(person, command),
    {
      now: Date.now,
      lot: Math.random,
      later: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      // Where the browser has no locks, two tabs may send the same report: harmless, only wasteful.
      alone: async (run) =>
        'locks' in navigator ? await navigator.locks.request('rung-send', run) : await run(),
    },
    tell,
  );
  const ends = new AbortController();
  const kick = (): void => void loop.kick();
  const seen = (): void => {
    if (document.visibilityState === 'visible') kick();
  };
  addEventListener('online', kick, { signal: ends.signal });
  document.addEventListener('visibilitychange', seen, { signal: ends.signal });
  kick();
  return {
    kick,
    stop: () => {
      ends.abort();
      loop.stop();
    },
  };
}
