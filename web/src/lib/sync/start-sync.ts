import type { Language } from '@rung/domain/directory/directory.ts';
import type { Local } from '../local/local.ts';
import { pageWorld } from './page-world.ts';
import { SyncLoop, type Talking } from './sync-loop.ts';
import { inTurn } from './turns.ts';

/** Keeps one person's device and the server together as long as a browser's page lives. Answers how to talk at once, and how to stop. */
export function startSync(
  local: Local,
  language: () => Language,
  tell: (talking: Talking) => void,
  defect: (cause: unknown) => void,
): { kick(): void; stop(): Promise<void> } {
  const { later } = pageWorld;
  const progress = (): Promise<string> =>
    local.apply(async (writing) => {
      const { turn, cookie } = await writing.meta();
      return `${turn} ${cookie}`;
    });
  /** Where the page came by plain http there is none. */
  const worker: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  let wasHeld = true;
  const loop = new SyncLoop(
    local,
    {
      ...pageWorld,
      language,
      lot: Math.random,
      // Where the browser has no locks, two tabs may talk at once: the one that began later writes, the other leaves off.
      alone: (run) =>
        'locks' in navigator
          ? inTurn(
              { locks: navigator.locks, name: `rung-sync-${local.person}`, later, progress },
              run,
            )
          : run(),
      defect,
    },
    (talking) => {
      tell(talking);
      const { kind } = talking;
      // What it said was not sent yet may be sent now.
      if (kind === 'idle' && wasHeld) worker?.controller?.postMessage('together');
      if (kind !== 'talking') wasHeld = kind === 'held';
    },
  );
  const ends = new AbortController();
  const kick = (): void => void loop.kick();
  const seen = (): void => {
    if (document.visibilityState === 'visible') kick();
  };
  addEventListener('online', kick, { signal: ends.signal });
  // It showed something: the device should know it, too.
  worker?.addEventListener('message', kick, { signal: ends.signal });
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
