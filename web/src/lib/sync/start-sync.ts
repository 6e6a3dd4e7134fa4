import type { Language } from '@rung/domain/directory/directory.ts';
import type { Local } from '../local/local.ts';
import { pageWorld } from './page-world.ts';
import { SyncLoop, type Talking } from './sync-loop.ts';
import { inTurn } from './turns.ts';
import type { Uploads } from './uploads.ts';

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
  const words = async (): Promise<string> => {
    const all = await local.read((reading) => reading.files());
    return all.map(({ id, sent }) => `${id} ${sent}`).join();
  };
  // Where the browser has no locks, two tabs may talk at once: the one that began later writes, the other leaves off.
  const alone =
    (what: string, byWhich: () => Promise<string>) =>
    <Value>(run: () => Promise<Value>): Promise<Value> =>
      'locks' in navigator
        ? inTurn(
            {
              locks: navigator.locks,
              name: `rung-${what}-${local.person}`,
              later,
              progress: byWhich,
            },
            run,
          )
        : run();
  const ends = new AbortController();
  /** Where the page came by plain http there is none. */
  const worker: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  let wasHeld = true;
  const around = { ...pageWorld, lot: Math.random, defect };
  /** Fetched when there is a picture. */
  let uploads: Promise<Uploads | null> | null = null;
  const sendPictures = async (): Promise<void> => {
    const pictures = await local.read((reading) => reading.files());
    if (ends.signal.aborted || pictures.every(({ refused }) => refused !== null)) return;
    uploads ??= import('./uploads.ts').then(
      (it) => new it.Uploads(local, { ...around, alone: alone('files', words) }, kick),
      // No network, most likely: once more after the next exchange.
      () => (uploads = null),
    );
    void (await uploads)?.kick();
  };
  const loop = new SyncLoop(
    local,
    {
      ...around,
      language,
      alone: alone('sync', progress),
    },
    (talking) => {
      tell(talking);
      const { kind } = talking;
      // What it said was not sent yet may be sent now.
      if (kind === 'idle' && wasHeld) worker?.controller?.postMessage('together');
      if (kind === 'idle') void sendPictures().catch(defect);
      if (kind !== 'talking') wasHeld = kind === 'held';
    },
  );
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
    async stop() {
      ends.abort();
      await loop.stop();
      await (await uploads)?.stop();
    },
  };
}
