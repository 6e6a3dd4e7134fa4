/** Until the next try, ms: it grows, for what a newer version took away never comes. */
const firstPause = 1000;
const longestPause = 60_000;

/**
 * A part of the app, whenever it comes. Without a network, and where no worker keeps the app, it is asked for again: else
 * what was tapped would not open until the page is loaded anew.
 */
export async function loaded<Part>(
  load: () => Promise<Part>,
  later: (ms: number, run: () => void) => unknown = (ms, run) => setTimeout(run, ms),
): Promise<Part> {
  for (let pause = firstPause; ; pause = Math.min(longestPause, 2 * pause)) {
    try {
      return await load();
    } catch {
      await new Promise<void>((resolve) => later(pause, resolve));
    }
  }
}

/** The same part, asked for once the next frame is drawn: to ask takes as long as to draw what was just done. */
export function afterFrame<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return async () => {
    // What the first is asked for comes before its frame; the second comes after that.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return load();
  };
}
