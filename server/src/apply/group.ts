/** One group of the writer loop: load, compute in memory, write, commit. */

import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import { withChanges } from '@rung/domain/directory/directory.ts';
import { type DirectoryCache, lastEditAt, saveChanges } from '../db/directory.ts';
import { bumpHead, type Head, headVersion } from '../db/head.ts';
import type { CompiledQuery, Database, Transaction } from '../db/open.ts';
import { addSettled, settledByUid } from '../db/settled.ts';
import {
  addEvents,
  saveTickets,
  teamsWithTickets,
  ticketsById,
  toTicketRow,
} from '../db/tickets.ts';
import type { Effect, Kept, World } from './world.ts';

/** One thing to be done: what it needs loaded, and what it makes of the world. */
export type Item<Answer = unknown> = {
  readonly uid: string | null;
  readonly ticket: string | null;
  readonly isEdit: boolean;
  apply(world: World): { readonly answer: Answer; readonly effect: Effect };
};

/** What was loaded changed between computing and writing: nothing was written; load and compute again. */
export class Moved extends Error {}

type Parts = {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly now: Instant;
};

/**
 * Does all items and commits once. Answers per item: its answer, or what it threw, in which case it left nothing
 * behind. When an item edits the directory, the ones after it see the edit.
 *
 * @throws what the database threw, or Moved; then nothing was written.
 */
export async function commitGroup(
  { db, directory, now }: Parts,
  items: readonly Item[],
): Promise<readonly Result<unknown, unknown>[]> {
  return db.writer.transact(async (tx) => {
    const loaded = await load(tx, db, directory, now, items);
    const effects: Effect[] = [];
    let world = loaded;
    const answers = items.map((item) => {
      try {
        const { answer, effect } = item.apply(world);
        effects.push(effect);
        world = after(world, effect);
        return accept(answer);
      } catch (error) {
        return refuse(error);
      }
    });

    if (effects.every(isEmpty)) return answers;
    const isEdit = effects.some((effect) => effect.changes.length > 0);
    const bump = bumpHead(db, {
      directoryVersion: loaded.directory.version,
      numbers: [...world.tickets.values()].filter((kept) => kept.number === null).length,
      editOf: isEdit ? loaded.ver : null,
    });
    const committed = await tx.commit(bump, (head) => statements(db, head, world, effects));
    if (committed === null) throw new Moved('what this was computed from has changed meanwhile');
    return answers;
  });
}

async function load(
  tx: Transaction,
  db: Database,
  directory: DirectoryCache,
  now: Instant,
  items: readonly Item[],
): Promise<World> {
  const isEdit = items.some((item) => item.isEdit);
  // The version first: whatever is read after it is as new or newer, and an edit commits only if nothing was.
  const [head] = isEdit ? await tx.all(headVersion(db)) : [];
  const ids = items.flatMap((item) => item.ticket ?? []);
  const uids = items.flatMap((item) => item.uid ?? []);
  const tickets = ids.length === 0 ? [] : await tx.all(ticketsById(db, ids));
  const settled = uids.length === 0 ? [] : await tx.all(settledByUid(db, uids));
  const teams = isEdit ? await tx.all(teamsWithTickets(db)) : [];
  const [edited] = isEdit ? await tx.all(lastEditAt(db)) : [];
  return {
    // The log of the directory is asked "as of when": a clock that jumped back must not put an edit before the last.
    now: Math.max(now, edited?.at ?? 0),
    ver: head?.ver ?? 0,
    directory: await directory.fresh((query) => tx.all(query)),
    tickets: new Map(tickets.map((row) => [row.id, toTicketRow(row)])),
    settled: new Map(settled.map((row) => [row.uid, row])),
    teamsInUse: new Set(teams.map((row) => row.team)),
  };
}

function isEmpty({ tickets, events, settled, changes }: Effect): boolean {
  return tickets.length + events.length + settled.length + changes.length === 0;
}

/** Copy on write: what later items of the group see. */
function after(world: World, effect: Effect): World {
  if (isEmpty(effect)) return world;
  return {
    ...world,
    directory: withChanges(world.directory, world.directory.version, effect.changes),
    tickets: new Map([
      ...world.tickets,
      ...effect.tickets.map((kept): [string, Kept] => [kept.ticket.id, kept]),
    ]),
    teamsInUse: new Set([
      ...world.teamsInUse,
      ...effect.tickets.flatMap((kept) => kept.ticket.team ?? []),
    ]),
    settled: new Map([...world.settled, ...effect.settled.map((row) => [row.uid, row] as const)]),
  };
}

/** Everything the effects say, stamped with the version and the numbers that the commit drew. */
function statements(
  db: Database,
  head: Head,
  world: World,
  effects: readonly Effect[],
): readonly CompiledQuery[] {
  const touched = new Set(
    effects.flatMap((effect) => effect.tickets.map((kept) => kept.ticket.id)),
  );
  let number = head.firstNumber;
  const rows = [...world.tickets.values()]
    .filter((kept) => touched.has(kept.ticket.id))
    .map((kept) => ({ ...kept, number: kept.number ?? number++ }));
  const events = effects.flatMap((effect) => effect.events);
  const settled = effects.flatMap((effect) => effect.settled);
  let edits = 0;
  return [
    ...(rows.length > 0 ? [saveTickets(db, head.ver, rows)] : []),
    ...(events.length > 0 ? [addEvents(db, events)] : []),
    ...(settled.length > 0 ? [addSettled(db, settled, world.now)] : []),
    ...effects.flatMap(({ changes, by }) => {
      const first = edits;
      edits += changes.length;
      return saveChanges(db, head.ver, { changes, by, at: world.now, first });
    }),
  ];
}
