/** Measures how many commits a second there are, by parts; what is done while it pauses does not count. */
export function openPace(commits: () => number) {
  let since = performance.now();
  let ms = 0;
  let last = { ms: 0, commits: commits() };
  const marks: number[] = [];
  const pause = (): void => {
    ms += performance.now() - since;
  };
  const goOn = (): void => {
    since = performance.now();
  };
  return {
    pause,
    goOn,
    /** Ends a part. */
    mark(): void {
      pause();
      const took = ms - last.ms;
      marks.push(took === 0 ? 0 : ((commits() - last.commits) / took) * 1000);
      last = { ms, commits: commits() };
      goOn();
    },
    /** Commits per second of each part that has ended. */
    marks: (): readonly number[] => marks,
    /** In all, up to the last mark. */
    ms: (): number => last.ms,
  };
}
