/** Keeps the screen awake until its answer is called. A browser that cannot, or will not, lets it sleep. */
export function keepAwake(): () => void {
  const locks: WakeLock | undefined = navigator.wakeLock;
  if (locks === undefined) return () => {};
  let lock: WakeLockSentinel | null = null;
  let isOver = false;
  // The browser takes it back whenever the screen is not looked at.
  const ask = async (): Promise<void> => {
    if (isOver || document.visibilityState !== 'visible' || lock?.released === false) return;
    const got = await locks.request('screen').catch(() => null);
    if (isOver) void got?.release();
    else lock = got;
  };
  const ends = new AbortController();
  document.addEventListener('visibilitychange', () => void ask(), { signal: ends.signal });
  void ask();
  return () => {
    isOver = true;
    ends.abort();
    void lock?.release().catch(() => {});
  };
}
