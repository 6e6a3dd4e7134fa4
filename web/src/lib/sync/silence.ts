import type { World } from './exchange.ts';

/** An answer that says nothing for so long is given up, ms: long enough for a bad radio cell. */
const silenceMs = 20_000;

/** Gives up when nothing is heard for a while. */
export type Silence = {
  readonly signal: AbortSignal;
  heard(): void;
  end(): void;
};

export function watchSilence({ later }: Pick<World, 'later'>): Silence {
  const abort = new AbortController();
  const arm = (): (() => void) => later(silenceMs, () => abort.abort());
  let cancel = arm();
  return {
    signal: abort.signal,
    heard() {
      cancel();
      cancel = arm();
    },
    end: () => cancel(),
  };
}
