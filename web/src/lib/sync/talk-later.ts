/**
 * Talking with the server waits until the screen shows what this device holds, and so does fetching what it takes to talk:
 * nothing of it is on the way of a page or a tap.
 */

import type { Language } from '@rung/domain/directory/directory.ts';
import type { Local } from '../local/local.ts';
import { pageWorld } from './page-world.ts';
import type { Talking } from './sync-loop.ts';

/** Who hears how it goes. */
export type Hearing = {
  readonly language: () => Language;
  readonly tell: (talking: Talking) => void;
  readonly defect: (cause: unknown) => void;
  /** The server knows no session of this person any more. */
  readonly signedOut: () => void;
};

export type Talk = {
  /** Talks at once. */
  kick(): void;
  stop(): Promise<void>;
};

/** What stands in the browser's timeline between what a screen needs and what comes after it (budget.test.ts). */
export const shownMark = 'rung-shown';

/** Longest wait for a quiet moment of the page, ms. */
const patience = 1000;
/** Until the next try to fetch what it takes, ms. */
const pause = 5000;

/** A kick before it began is not lost: it begins with one. */
export function talkLater(local: Local, hearing: Hearing): Talk {
  const ends = new AbortController();
  const coming = begin(local, hearing, ends.signal);
  let talk: Talk | null = null;
  void coming.then((begun) => (talk = begun));
  return {
    kick: () => talk?.kick(),
    async stop() {
      ends.abort();
      await (await coming)?.stop();
    },
  };
}

async function begin(local: Local, hearing: Hearing, ends: AbortSignal): Promise<Talk | null> {
  await quiet(ends);
  performance.mark(shownMark);
  while (!ends.aborted) {
    try {
      const { talk } = await import('./talk.ts');
      return ends.aborted ? null : talk(local, hearing);
    } catch {
      if (ends.aborted) return null;
      // No network and no worker that keeps the app: what waits here still does.
      const nextAt = Date.now() + pause;
      hearing.tell({ kind: 'held', why: 'unreachable', nextAt, lastAt: null });
      await wait(pause, ends);
    }
  }
  return null;
}

/** When the page has nothing to do. */
function quiet(ends: AbortSignal): Promise<void> {
  if (!('requestIdleCallback' in globalThis)) return wait(100, ends);
  return new Promise((resolve) => requestIdleCallback(() => resolve(), { timeout: patience }));
}

function wait(ms: number, ends: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      ends.removeEventListener('abort', end);
      resolve();
    };
    const cancel = pageWorld.later(ms, end);
    ends.addEventListener('abort', end);
  });
}
