/** What a device does when the server knows less of it than it thought, or nothing any more. */

import { fillGap, renumber } from '@rung/sync/outbox.ts';
import type { Local } from '../local/local.ts';
import { rederive } from './rederive.ts';

/** 409 gap: whether the commands that the server misses are in the outbox again. */
export function takeGap(local: Local, last: number): Promise<boolean> {
  return local.apply(async (writing) => {
    const meta = await writing.meta();
    const settled = (await writing.settled.all()).filter(({ device }) => device === meta.device);
    const outbox = await writing.outbox.all();
    const filled = fillGap(settled, outbox, last);
    if (filled === null) return false;
    if (filled === outbox) return true;
    await writing.outbox.put(filled);
    await rederive(writing, local.person);
    return true;
  });
}

/** Begins anew as this device: the outbox counts from 1 in the same order, everything else will be sent again. */
export function becomeDevice(local: Local, device: string): Promise<void> {
  return local.apply(async (writing) => {
    const meta = await writing.meta();
    const outbox = renumber(await writing.outbox.all());
    await writing.outbox.clear();
    await writing.outbox.put(outbox);
    await writing.setMeta({
      ...meta,
      device,
      cookie: null,
      nextId: outbox.length + 1,
      isComplete: false,
      // An exchange of the old device that is still under way writes no more.
      turn: meta.turn + 1,
    });
    await rederive(writing, local.person);
  });
}

/** The person's rights here have ended: rows go, words stay. */
export function forgetRows(local: Local): Promise<void> {
  return local.apply(async (writing) => {
    const { ticket, base, event, page, ref } = writing;
    for (const rows of [ticket, base, event, page, ref]) await rows.clear();
    const meta = await writing.meta();
    await writing.setMeta({
      ...meta,
      device: null,
      cookie: null,
      isComplete: false,
      turn: meta.turn + 1,
    });
  });
}
