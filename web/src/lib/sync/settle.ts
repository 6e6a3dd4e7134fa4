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
import type { Current } from '@rung/sync/rows.ts';
import type { Local } from '../local/local.ts';
import type { Meta } from '../local/rows.ts';
import type { Writing } from '../local/shelf.ts';
import { putBaseBack } from './base-rows.ts';
import { loadRules, rulesHere } from './rules-here.ts';
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

/**
 * `waits`: how many commands wait after it. `overtaken`: another tab talks, this exchange is over. `no-rules`: something
 * waits, and what shows it could not be fetched; nothing was taken.
 */
export type Taken =
  | { readonly kind: 'taken'; readonly waits: number }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'no-rules' };

type Rules = ReturnType<typeof rulesHere>;

/** Takes a portion in. */
export async function settle(local: Local, portion: Portion, taking: Taking): Promise<Taken> {
  const taken = await take(local, portion, taking, rulesHere());
  if (taken.kind !== 'no-rules') return taken;
  const rules = await loadRules().catch(() => null);
  return rules === null ? taken : take(local, portion, taking, rules);
}

function take(
  local: Local,
  portion: Portion,
  { turn, now, offset }: Taking,
  rules: Rules,
): Promise<Taken> {
  return local.apply(async (writing): Promise<Taken> => {
    const before = await writing.meta();
    if (before.turn !== turn) return { kind: 'overtaken' };
    const { head, close } = portion;
    if (rules === null && (await mayWait(writing, portion, before))) return { kind: 'no-rules' };
    await putBaseBack(writing);

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
      const isOtherEpoch = isOther(before, head);
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
    const waits = rules === null ? 0 : await rules.replayAll(writing, local.person);
    await writing.setMeta(meta);
    return { kind: 'taken', waits };
  });
}

function isOther({ epoch }: Meta, head: Portion['head']): boolean {
  return epoch !== null && epoch !== head.epoch;
}

/** Whether something waits, or is offered again to a server that was restored. */
async function mayWait(writing: Writing, { head, close }: Portion, before: Meta): Promise<boolean> {
  if ((await writing.outbox.all()).length + (await writing.base.all()).length > 0) return true;
  return close.kind === 'end' && (isOther(before, head) || close.last < before.nextId - 1);
}
