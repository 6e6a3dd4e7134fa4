import { loadRules } from '#lib/sync/rules-here.ts';

/** What acting takes is fetched ahead of it; where that fails, the act tries again. */
export function warm(): void {
  void loadRules().catch(() => {});
}

/** Runs it at the first touch; at once where no worker keeps it for a time without a network. Answers how to stop. */
export function beforeActing(run: () => void): () => void {
  const ends = new AbortController();
  const touched = (): void => {
    ends.abort();
    run();
  };
  for (const touch of ['pointerdown', 'keydown', 'focusin']) {
    addEventListener(touch, touched, { capture: true, passive: true, signal: ends.signal });
  }
  if (!('serviceWorker' in navigator)) touched();
  return () => ends.abort();
}
