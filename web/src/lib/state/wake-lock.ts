/** Keeps the screen awake until its answer is called. A browser that cannot, or will not, lets it sleep. */
export function keepAwake(): () => void {
  const locks: WakeLock | undefined = navigator.wakeLock;
  if (locks === undefined) return () => {};
  let lock: WakeLockSentinel | null = null;
  let isAsking = false;
  let isNews = false;
  let isOver = false;
  // The browser takes it back whenever the screen is not looked at.
  const ask = async (): Promise<void> => {
    isNews = true;
    // One at a time: of two that are given, nobody would give the first one back.
    if (isAsking) return;
    isAsking = true;
    while (
      isNews &&
      !isOver &&
      document.visibilityState === 'visible' &&
      lock?.released !== false
    ) {
      isNews = false;
      lock = await locks.request('screen').catch(() => null);
    }
    isAsking = false;
    if (isOver) void lock?.release().catch(() => {});
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
