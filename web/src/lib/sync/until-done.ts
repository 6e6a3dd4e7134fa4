import type { Alarm } from '../local/pager.ts';

/** Runs it after each of these pauses, ms, until it is done. Answers whether it is. */
export async function untilDone(
  run: () => Promise<boolean>,
  pausesMs: readonly number[],
  later: Alarm,
): Promise<boolean> {
  for (const ms of pausesMs) {
    await new Promise<void>((resolve) => void later(ms, resolve));
    if (await run()) return true;
  }
  return false;
}
