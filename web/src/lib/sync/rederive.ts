/** What is shown = what the server said + what waits here. Base rows keep the former apart from the latter. */

import { foldVersion, isInVain } from '@rung/domain/ticket/ticket.ts';
import { replay, type Folded, type Waiting } from '@rung/sync/replay.ts';
import type { HeldTicket, Pending } from '../local/rows.ts';
import type { Writing } from '../local/shelf.ts';
import { putBaseBack } from './base-rows.ts';
import { companyAround } from './company.ts';

/** The row as it is shown: what the server said of it, with the fold that stands after what waits. null = nothing to show. */
export function shown(
  base: HeldTicket | null,
  row: Folded | null,
  waiting: readonly Waiting[],
): HeldTicket | null {
  if (row === null) return null;
  if (base !== null && row.state === base.state) return { ...base, waiting };
  const { seq, state } = row;
  const about = base ?? { id: state.id, number: null, scopes: [], v: 0, round: 0 };
  return { ...about, seq, state, fold: foldVersion, waiting };
}

/** Base again, and what waits over it: after the outbox changed, or a row was found that other rules made. */
export async function rederive(writing: Writing, person: string): Promise<void> {
  await putBaseBack(writing);
  await replayAll(writing, person);
}

/** Does what waits to the server's rows, which are put aside. Answers how much waits. */
export async function replayAll(writing: Writing, person: string): Promise<number> {
  const outbox = await writing.outbox.all();
  const byTicket = new Map<string, Pending[]>();
  for (const one of outbox) byTicket.set(one.ticket, [...(byTicket.get(one.ticket) ?? []), one]);
  const ids = [...byTicket.keys()];
  const rows = await writing.ticket.many(ids);
  const marked: Pending[] = [];
  const optimistic: HeldTicket[] = [];
  for (const [n, [ticket, all]] of [...byTicket].entries()) {
    // What the server has taken by a page's door came before what it has not heard.
    const waiting = [...all.filter(isAnswered), ...all.filter((one) => !isAnswered(one))];
    const base = rows[n] ?? null;
    const causes = await causesIn(writing, ticket, base);
    const company = await companyAround(writing, person, base?.state ?? null);
    const inVain = new Set(waiting.filter(changesNothing).map(({ uid }) => uid));
    const { row, waiting: marks } = replay(
      base,
      waiting,
      { person, company },
      (uid) => causes.has(uid) || inVain.has(uid),
    );
    const isHeard = (_: Waiting, n: number): boolean => waiting[n]?.answered !== undefined;
    const heard = marks.filter((mark, n) => isHeard(mark, n) && mark.events.length > 0);
    const after = shown(
      base,
      row,
      marks.filter((mark, n) => !isHeard(mark, n)),
    );
    if (after !== null) optimistic.push(heard.length === 0 ? after : { ...after, heard });
    for (const [k, pending] of waiting.entries()) {
      const mayBeRefused = marks[k]?.mayBeRefused ?? null;
      if (pending.mayBeRefused !== mayBeRefused) marked.push({ ...pending, mayBeRefused });
    }
  }
  await writing.base.put(ids.map((id, n) => ({ id, row: rows[n] ?? null })));
  await writing.ticket.put(optimistic);
  await writing.outbox.put(marked);
  return outbox.length;
}

const isAnswered = ({ answered }: Pending): boolean => answered !== undefined;

/** The server said that it changes nothing: by what stands here it still might seem to. */
function changesNothing({ answered }: Pending): boolean {
  if (answered === undefined) return false;
  const { outcome, code } = answered;
  const isNo = outcome === 'rejected' || outcome === 'quarantined';
  return isNo || isInVain(code) || code === 'ended';
}

/** Commands whose effects are in the server's row already: after a portion without its `end` their results are still to come. */
async function causesIn(
  writing: Writing,
  ticket: string,
  base: HeldTicket | null,
): Promise<ReadonlySet<string>> {
  if (base === null) return new Set();
  return new Set((await writing.eventsOf(ticket)).map(({ event }) => event.cause));
}
