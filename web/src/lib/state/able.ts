import { browserKind } from './browser-kind.ts';

export { browserKind } from './browser-kind.ts';

/**
 * Why no page can come to this browser. `https`: only there; `home`, `old`: an iPhone's app must be installed, and new
 * enough; `keep`: it keeps nothing; `yet`: the server has not made it a device.
 */
export type Cannot = 'https' | 'home' | 'old' | 'browser' | 'keep' | 'yet';

/** What the browser itself lacks; null = nothing. */
export function cannot(): Cannot | null {
  if (!isSecureContext) return 'https';
  const isAble =
    'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  if (isAble) return null;
  if (browserKind(navigator.userAgent, navigator.maxTouchPoints) !== 'ios') return 'browser';
  return matchMedia('(display-mode: standalone)').matches ? 'old' : 'home';
}

/** Runs whenever its person may have changed his mind about the browser's permission. Answers how to stop. */
export function onPermission(run: () => void): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  document.addEventListener('visibilitychange', run, { signal });
  void navigator.permissions?.query({ name: 'notifications' }).then(
    (status) => status.addEventListener('change', run, { signal }),
    () => {},
  );
  return () => ends.abort();
}
