/** What became of commands, and which are to be offered again. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Portion } from '@rung/sync/lines.ts';
import { offerAgain, settle as settleOutbox } from '@rung/sync/outbox.ts';
import type { Problem } from '../local/rows.ts';
import type { Writing } from '../local/shelf.ts';

type Results = Extract<Portion['close'], { kind: 'end' }>['results'];

/** Settles what the results name: refusals become problems, a refused report takes its dependants along. */
export async function takeResults(
  writing: Writing,
  results: Results,
  device: string,
  /** The former by the device's clock, the latter by the server's. */
  { refusedAt, settledAt }: { readonly refusedAt: Instant; readonly settledAt: Instant },
): Promise<void> {
  if (results.length === 0) return;
  const reports = await writing.reportProblems();
  const lost = new Set(reports.map(({ ticket }) => ticket));
  const after = settleOutbox(await writing.outbox.all(), results, lost);
  await writing.outbox.drop(after.settled.map(({ pending }) => pending.id));
  await writing.settled.put(
    after.settled.map(({ pending, result: { outcome, code } }) => ({
      ...pending,
      device,
      outcome,
      code,
      settledAt,
    })),
  );
  const fresh = after.refused.map(({ pending, outcome, code }): Problem => {
    const { uid, ticket, at, command } = pending;
    return { uid, ticket, at, command, outcome, code, refusedAt, dependants: [] };
  });
  // The newest report of a ticket is the one whose refusal took the rest along.
  const parents = new Map([...reports, ...fresh].map((one) => [one.ticket, one]));
  const changed = new Map(fresh.map((one) => [one.uid, one]));
  for (const { pending } of after.dependants) {
    const parent = parents.get(pending.ticket);
    if (parent === undefined) continue;
    const { uid, at, command } = pending;
    const grown = { ...parent, dependants: [...parent.dependants, { uid, at, command }] };
    parents.set(pending.ticket, grown);
    changed.set(grown.uid, grown);
  }
  await writing.problem.put([...changed.values()]);
  for (const { pending, code } of [...after.refused, ...after.dependants]) {
    const picture = await writing.file.get(pending.uid);
    if (picture !== undefined) await writing.file.put([{ ...picture, refused: code ?? 'refused' }]);
  }
}

/** The server was restored: what it has forgotten goes into the outbox again. Answers the id of the next command. */
export async function offerForgotten(
  writing: Writing,
  device: string,
  last: number,
  nextId: number,
): Promise<number> {
  const settled = await writing.settled.all();
  const outbox = offerAgain(settled, await writing.outbox.all(), device, last);
  if (outbox === null) return nextId;
  await writing.outbox.clear();
  await writing.outbox.put(outbox);
  return last + outbox.length + 1;
}
