/** One group of the writer loop: load, compute in memory, write, commit. */

import { personScope, reference, ticketScopes } from '@rung/domain/access/scopes.ts';
import { refuse, type Result } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import type { Clock } from '../clock.ts';
import type { DirectoryCache } from '../db/directory.ts';
import { lockDevicesOf } from '../db/devices.ts';
import { bumpHead } from '../db/head.ts';
import { tellOthers } from '../db/notice.ts';
import type { Database } from '../db/open.ts';
import { ChangingWorld } from './changing-world.ts';
import { Locked, Moved } from './errors.ts';
import type { Item } from './item.ts';
import { load } from './load.ts';
import { statements } from './statements.ts';
import { tell } from './tell.ts';
import type { Effect } from './world.ts';

type Parts = {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly clock: Clock;
  /** Names this writer among those of one database. */
  readonly origin: string;
};

/** What a group did: per item its answer or what it threw, and what others have to know of its commit. */
export type Committed = {
  readonly answers: readonly Result<unknown, unknown>[];
  /** The earliest deadline that was written; null = none was. */
  readonly dueAt: Instant | null;
  /** When the first of what was written is to be sent; null = nothing is. */
  readonly attemptAt: Instant | null;
  /** Scopes of which a row changed, and `client:<key>` for those who read over HTTP; each once. */
  readonly touched: readonly string[];
};

/**
 * Does all items and commits once. An item that threw left nothing behind, or what `fault` says of it. When an item
 * edits the directory, the ones after it see the edit.
 *
 * @throws what the database threw, or Moved; then nothing was written.
 */
export async function commitGroup(
  { db, directory, clock, origin }: Parts,
  items: readonly Item[],
): Promise<Committed> {
  return db.writer.transact(async (tx) => {
    const { world: loaded, locked } = await load(tx, db, directory, clock, items);
    const group = new ChangingWorld(loaded);
    const answers = items.map((item) => {
      const needed = [
        ...(item.device === undefined ? [] : [item.device.id]),
        ...(item.devices ?? []),
        ...(item.tickets ?? []),
      ];
      if (needed.some((id) => locked.has(id))) return refuse(new Locked('locked elsewhere'));
      return group.apply(item);
    });

    const effect = await tell(tx, db, group.world, group.effect);
    const isArming = effect.disabled.length + effect.contactMethods.length > 0;
    const dueAts = [
      ...effect.dues.map(({ dueAt }) => dueAt),
      ...(isArming ? [group.world.now] : []),
    ];
    const attemptAts = effect.notifications.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []);
    const news = {
      dueAt: earliest(dueAts),
      attemptAt: earliest(attemptAts),
      touched: touchedBy(effect),
    };
    const done = { answers, ...news };
    if (isEmpty(effect)) return done;
    // Before the head, which whoever has them locked may be waiting for.
    const { deviceless } = effect;
    if (deviceless.length > 0) await tx.all(lockDevicesOf(db, deviceless));
    const bump = bumpHead(db, {
      directoryVersion: loaded.directory.version,
      numbers: effect.tickets.filter((kept) => kept.number === null).length,
      editOf: effect.changes.length > 0 ? loaded.ver : null,
    });
    const isCommitted = await tx.commit(bump, [
      ...statements(db, group.edits, effect, group.world.now),
      ...(db.dialect === 'postgres' ? [tellOthers(db, { from: origin, ...news })] : []),
    ]);
    if (!isCommitted) throw new Moved('what this was computed from has changed meanwhile');
    return done;
  });
}

/** Pages alone change with each delivery: only their person is told, the others see it when they next ask. */
function touchedBy({ tickets, memberships, pages, changes, shifts }: Effect): readonly string[] {
  return [
    ...new Set([
      ...tickets.flatMap(({ ticket }) => [
        ...ticketScopes(ticket),
        ...(ticket.client === null ? [] : [`client:${ticket.client}`]),
      ]),
      ...memberships.map(({ scope }) => scope),
      ...pages.map(({ person }) => personScope(person)),
      ...(changes.length + shifts.length > 0 ? [reference] : []),
    ]),
  ];
}

function earliest(instants: readonly Instant[]): Instant | null {
  return instants.length === 0 ? null : Math.min(...instants);
}

function isEmpty({ by: _, ...lists }: Effect): boolean {
  return Object.values(lists).every((list) => list.length === 0);
}
