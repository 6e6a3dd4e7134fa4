import type { Receipts } from '@rung/protocol/push.ts';
import type { Engine } from '../local/database.ts';
import {
  changePager,
  mostReceipts,
  readPager,
  type Alarm,
  type Pager,
  type Receipt,
} from '../local/pager.ts';
import { askAsDevice, type Asking } from './as-device.ts';
import { untilDone } from './until-done.ts';

/** A server that starts anew is back by then, and a radio cell was left, ms. */
export const pausesMs = [3000, 10_000];

/** Tells the server what was shown or opened here, and what it could not be told before; tries a little while. */
export async function giveReceipts(
  pager: Pager,
  fresh: readonly Receipt[],
  world: Asking & { readonly later: Alarm },
  engine: Pick<Engine, 'indexedDB'> = globalThis,
): Promise<void> {
  if (await giveReceiptsOnce(pager, fresh, world, engine)) return;
  await untilDone(
    async () => {
      const read = await readPager(pager.person, engine);
      // What a full disk did not keep is known here still.
      if (read.kind === 'failed') return giveReceiptsOnce(pager, fresh, world, engine);
      return read.pager === null || giveReceiptsOnce(read.pager, fresh, world, engine);
    },
    pausesMs,
    world.later,
  );
}

/**
 * The same, once. What cannot be told now goes with the next; what the server refuses it would refuse again. Answers
 * whether nothing is left to tell.
 */
export async function giveReceiptsOnce(
  pager: Pager,
  fresh: readonly Receipt[],
  world: Asking,
  engine: Pick<Engine, 'indexedDB'> = globalThis,
): Promise<boolean> {
  const isNew = (one: Receipt): boolean => !pager.receipts.some((kept) => isSame(one, kept));
  const all = [...pager.receipts, ...fresh.filter(isNew)].slice(-mostReceipts);
  if (all.length === 0) return true;
  const body: Receipts = { receipts: all.map((one) => ({ ...one })) };
  const { kind } = await askAsDevice(pager, world, 'POST', '/api/receipts', body);
  const isLater = kind === 'later';
  const isKept = isLater ? fresh.some(isNew) : pager.receipts.length > 0;
  if (!isKept) return !isLater;
  await changePager(
    pager.person,
    (now) => {
      if (now === null) return null;
      // Another push may have kept some meanwhile.
      const others = now.receipts.filter((one) => !all.some((told) => isSame(one, told)));
      return { ...now, receipts: isLater ? [...others, ...all] : others };
    },
    engine,
  );
  return !isLater;
}

function isSame(one: Receipt, other: Receipt): boolean {
  return one.notification === other.notification && one.kind === other.kind;
}
