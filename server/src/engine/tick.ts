import type { Instant } from '@rung/domain/base/time.ts';
import type { Writer } from '../apply/writer.ts';
import type { Clock } from '../clock.ts';
import { dueKinds, duesBy, firstDue } from '../db/due.ts';
import type { Database } from '../db/open.ts';

/** After downtime steps wait this long, so that answers which queued up meanwhile come first, ms. */
const graceMs = 30_000;
/** Far more than a group of the writer loop takes; the rest is found by the next round. */
const most = 500;

/** What one look at the deadlines found. */
export type Ticked = {
  /** How many deadlines were done. */
  readonly done: number;
  /** When to look again for what this database knows; null = nothing has a deadline. */
  readonly nextAt: Instant | null;
};

/**
 * Does everything that is due, through the writer loop, until nothing is; a ticket that is due again at once is done
 * again. What another process has locked, and what threw, is left for later: neither holds up the rest. `resumedAt`:
 * when servers last lived again after downtime; null = they never were down.
 */
export async function tick({
  db,
  writer,
  clock,
  resumedAt,
}: {
  readonly db: Database;
  readonly writer: Pick<Writer, 'advance'>;
  readonly clock: Clock;
  readonly resumedAt: Instant | null;
}): Promise<Ticked> {
  let done = 0;
  for (;;) {
    const now = clock.now();
    const graceEnds = graceEndsAt(resumedAt, now);
    // Pages are not held back, only the tickets' own deadlines.
    const kinds = graceEnds === null ? null : dueKinds.filter((kind) => kind !== 'ticket');
    const due = await db.look(duesBy(db, { kinds, now, most }));
    const answers = await Promise.all(due.map((one) => writer.advance(one)));
    const moved = answers.filter((answer) => answer === 'done').length;
    done += moved;
    const [first] = await db.look(firstDue(db, kinds));
    // By a new look at the clock: many deadlines take a while, and others fell due meanwhile.
    if (moved > 0 && first !== undefined && first.dueAt <= clock.now()) continue;
    const instants = [first?.dueAt ?? null, graceEnds].filter((at) => at !== null);
    return { done, nextAt: instants.length === 0 ? null : Math.min(...instants) };
  }
}

/** null = it is over, or there was no downtime. */
function graceEndsAt(resumedAt: Instant | null, now: Instant): Instant | null {
  const isGrace = resumedAt !== null && now >= resumedAt && now < resumedAt + graceMs;
  return isGrace ? resumedAt + graceMs : null;
}
