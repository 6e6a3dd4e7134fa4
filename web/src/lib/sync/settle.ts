/**
 * What an answer does to this device, one portion and one transaction at a time (sync.md, section 5).
 *
 *   put base back ─▶ rows of the portion ─▶ at `end`: results, sweep, epoch ─▶ replay what waits ─▶ cookie
 *
 * 1. The cookie is written with the rows it speaks of: a crash between two portions costs the second only.
 * 2. A command's optimistic state goes in the transaction that takes its result, and that one has its effects.
 * 3. What this costs grows with what waits and what came, not with what is held, except where a snapshot begins and ends.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import type { Portion } from '@rung/sync/lines.ts';
import { fillGap, renumber } from '@rung/sync/outbox.ts';
import type { Current } from '@rung/sync/rows.ts';
import type { Local } from '../local/local.ts';
import type { Meta } from '../local/rows.ts';
import { putBaseBack, rederive, replayAll } from './rederive.ts';
import { offerForgotten, takeResults } from './take-results.ts';
import { keepScopes, loseScopes, takeRows } from './take-rows.ts';

/** How long a settled command is kept for a server that may be restored, ms. */
export const settledMs = 30 * 24 * 60 * 60_000;

export type Taking = {
  /** Which exchange this is (`Meta.turn`). */
  readonly turn: number;
  /** The device's clock. */
  readonly now: Instant;
  /** Server minus device clock, ms, as this exchange measured it. */
  readonly offset: number;
};

/** `overtaken`: another tab talks, this exchange is over. `waits`: how many commands wait after it. */
export type Taken =
  { readonly kind: 'taken'; readonly waits: number } | { readonly kind: 'overtaken' };

/** Takes a portion in. */
export function settle(
  local: Local,
  portion: Portion,
  { turn, now, offset }: Taking,
): Promise<Taken> {
  return local.apply(async (writing): Promise<Taken> => {
    const before = await writing.meta();
    if (before.turn !== turn) return { kind: 'overtaken' };
    await putBaseBack(writing);

    const { head, close } = portion;
    const begins = portion.isFirst && head.mode === 'snapshot' && !head.isResumed;
    const round = begins ? before.round + 1 : before.round;
    const current: Current = { mode: head.mode, round };
    if (begins) await keepScopes(writing, head.scopes.add);
    if (portion.isFirst && head.scopes.del.length > 0) await loseScopes(writing, head.scopes.del);
    await takeRows(writing, portion.rows, current);

    let meta: Meta = {
      ...before,
      round,
      offset,
      cookie: close.cookie,
      fold: foldVersion,
      isComplete: before.isComplete && head.mode === 'delta',
    };
    if (close.kind === 'end') {
      if (head.mode === 'snapshot') await writing.sweep(round);
      const { device } = before;
      // By the server's clock, so that a device's which leaps forgets nothing.
      const settledAt = now + offset;
      if (device !== null) {
        await takeResults(writing, close.results, device, { refusedAt: now, settledAt });
      }
      const isOtherEpoch = before.epoch !== null && before.epoch !== head.epoch;
      // A server that was restored may not know it: that it knows less than it has said is enough.
      const first = (await writing.outbox.all())[0]?.id ?? before.nextId;
      const isBehind = close.last < first - 1;
      const nextId =
        device !== null && (isOtherEpoch || isBehind)
          ? await offerForgotten(writing, device, close.last, before.nextId)
          : before.nextId;
      meta = { ...meta, epoch: head.epoch, lastAt: now, isComplete: true, nextId };
      await writing.forgetSettledBefore(settledAt - settledMs);
    }
    const waits = await replayAll(writing, local.person);
    await writing.setMeta(meta);
    return { kind: 'taken', waits };
  });
}

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
