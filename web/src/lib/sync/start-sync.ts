import { Store } from '../local/store.ts';
import type { Local } from '../local/local.ts';
import { SyncLoop, type Talking } from './sync-loop.ts';

/** Keeps one person's device and the server together as long as a browser's page lives. Answers how to talk at once, and how to stop. */
export function startSync(
  local: Local,
  tell: (talking: Talking) => void,
  defect: (cause: unknown) => void,
): { kick(): void; stop(): Promise<void> } {
  const loop = new SyncLoop(
    local,
    {
      fetch: (path, init) => fetch(path, init),
      now: Date.now,
      lot: Math.random,
      later: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      // Where the browser has no locks, two tabs may talk at once: the one that began later writes, the other leaves off.
      alone: async (run) =>
        'locks' in navigator
          ? await navigator.locks.request(`rung-sync-${local.person}`, run)
          : await run(),
      drafts: async () => {
        const store = new Store(local.person, local.engine);
        return store.drafts().finally(() => store.close());
      },
      defect,
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
    stop() {
      ends.abort();
      return loop.stop();
    },
  };
}
