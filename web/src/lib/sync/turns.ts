/** How long whoever has the turn may be without getting on, ms. More than any answer may be silent. */
export const turnMs = 30_000;

type Turns = {
  readonly locks: Pick<LockManager, 'request'>;
  /** Of the lock. */
  readonly name: string;
  later(ms: number, run: () => void): () => void;
  /** Another word whenever the one who has the turn got on. */
  progress(): Promise<string>;
};

/**
 * Runs when no other tab does. A tab that the system froze would keep its turn for ever: whoever does not get on loses it.
 * Should it thaw, it ends what it does beside us, and writes nothing any more, for it began earlier (`Meta.turn`).
 */
export async function inTurn<Value>(
  { locks, name, later, progress }: Turns,
  run: () => Promise<Value>,
): Promise<Value> {
  const ours: { running?: Promise<Value> } = {};
  for (let isLost = false; ;) {
    const before = await progress();
    const patience = new AbortController();
    const cancel = later(turnMs, () => patience.abort());
    try {
      const how = isLost ? { steal: true } : { signal: patience.signal };
      return await locks.request(name, how, () => {
        cancel();
        return (ours.running = run());
      });
    } catch (cause) {
      // It threw, or another tab took our turn.
      if (ours.running !== undefined) return await ours.running;
      if (!patience.signal.aborted) throw cause;
    } finally {
      cancel();
    }
    isLost = (await progress()) === before;
  }
}
