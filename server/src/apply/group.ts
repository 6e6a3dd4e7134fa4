/** One group of the writer loop: load, compute in memory, write, commit. */

import { personScope, reference, ticketScopes } from '@rung/domain/access/scopes.ts';
import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import type { Instant } from '@rung/domain/base/time.ts';
import { withChanges } from '@rung/domain/directory/directory.ts';
import type { Notification } from '@rung/domain/paging/notification.ts';
import type { Clock } from '../clock.ts';
import { isOpen } from '@rung/domain/ticket/ticket.ts';
import type { StoredMethod } from '../db/contact-methods.ts';
import type { DirectoryCache } from '../db/directory.ts';
import { lockDevicesOf } from '../db/devices.ts';
import { bumpHead } from '../db/head.ts';
import { tellOthers } from '../db/notice.ts';
import type { Database } from '../db/open.ts';
import { withSigns } from '../db/pages.ts';
import { Locked, Moved } from './errors.ts';
import type { Item } from './item.ts';
import { load } from './load.ts';
import { afterSign } from './pager.ts';
import { statements } from './statements.ts';
import { tell } from './tell.ts';
import {
  type Effect,
  keyOf,
  type Kept,
  noEffect,
  placeOf,
  type Sign,
  type World,
} from './world.ts';

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
    const group = new Group(loaded);
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

type Writable<Of> = Of extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never;

/** The world as it becomes while items are applied: what a later item sees is what the earlier ones did. */
class Group {
  #world: World;
  readonly #tickets = new Map<string, Kept>();
  readonly #dues = new Map<string, Effect['dues'][number]>();
  readonly #undue = new Map<string, Effect['undue'][number]>();
  readonly #pages = new Map<string, Effect['pages'][number]>();
  readonly #notifications = new Map<string, Notification>();
  /** null = it was removed. */
  readonly #methods = new Map<string, StoredMethod | null>();
  #signs: readonly Sign[] = [];
  readonly #effects: Effect[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  get world(): World {
    return this.#world;
  }

  /** The edits of the directory, each by whom, in their order. */
  get edits(): readonly Effect[] {
    return this.#effects.filter((effect) => effect.changes.length > 0);
  }

  /** All effects as one: of a row that several items changed, what the last of them made of it. */
  get effect(): Effect {
    const all = <Name extends Exclude<keyof Effect, 'by'>>(name: Name) =>
      this.#effects.flatMap((effect) => [...effect[name]]) as unknown as Effect[Name];
    return {
      ...noEffect,
      tickets: [...this.#tickets.values()],
      events: all('events'),
      settled: all('settled'),
      changes: all('changes'),
      pages: [...this.#pages.values()],
      messages: all('messages'),
      notifications: [...this.#notifications.values()],
      attempts: all('attempts'),
      contactMethods: [...this.#methods.values()].filter((method) => method !== null),
      removedMethods: [...this.#methods].flatMap(([id, method]) => (method === null ? [id] : [])),
      addresses: all('addresses'),
      broken: all('broken'),
      signs: this.#signs,
      dues: [...this.#dues.values()],
      undue: [...this.#undue.values()],
      disabled: all('disabled'),
      deviceless: all('deviceless'),
      shifts: all('shifts'),
      faults: [...new Map(all('faults').map((fault) => [keyOf(fault), fault])).values()],
      healed: all('healed'),
      memberships: [
        ...new Map(all('memberships').map((one) => [`${one.scope} ${one.ticket}`, one])).values(),
      ],
      devices: [...new Map(all('devices').map((one) => [one.id, one])).values()],
      deviceCommands: all('deviceCommands'),
      suspects: all('suspects'),
      cleared: all('cleared'),
      quarantined: all('quarantined'),
      files: all('files'),
      storedFiles: all('storedFiles'),
    };
  }

  apply(item: Item): Result<unknown, unknown> {
    try {
      const { answer, effect } = item.apply(this.#world);
      this.#keep(effect);
      return accept(answer);
    } catch (error) {
      if (item.fault !== undefined) this.#keep(item.fault(this.#world, error));
      return refuse(error);
    }
  }

  #keep(effect: Effect): void {
    this.#effects.push(effect);
    const { dues, pages, notifications, tickets, settled, faults, teamsInUse } = this.#world;
    const { devices, deviceCommands, alarms, files, now } = this.#world;
    for (const kept of effect.tickets) {
      this.#tickets.set(kept.ticket.id, kept);
      writable(tickets).set(kept.ticket.id, () => kept);
    }
    for (const row of effect.settled) writable(settled).set(row.uid, row);
    for (const page of effect.pages) {
      const row = withSigns(page, pages.get(page.id));
      this.#pages.set(row.id, row);
      writable(pages).set(row.id, row);
    }
    for (const row of effect.notifications) {
      this.#notifications.set(row.id, row);
      writable(notifications).set(row.id, row);
    }
    for (const row of effect.files) writable(files).set(row.id, row);
    for (const id of effect.storedFiles) {
      const row = files.get(id);
      if (row !== undefined) writable(files).set(id, { ...row, storedAt: now });
    }
    this.#keepMethods(effect);
    for (const { says, subject } of effect.messages) {
      if (says === 'push-trouble' && subject !== null) writable(alarms).set(subject, now);
    }
    for (const row of effect.faults) writable(faults).set(keyOf(row), row);
    for (const { id, last } of effect.devices) {
      const before = devices.get(id);
      if (before !== undefined) writable(devices).set(id, { ...before, last });
    }
    for (const row of effect.deviceCommands) {
      writable(deviceCommands).set(placeOf(row.device, row.n), row);
    }
    for (const due of effect.dues) {
      this.#dues.set(keyOf(due), due);
      this.#undue.delete(keyOf(due));
      writable(dues).set(keyOf(due), due.dueAt);
    }
    for (const deadline of effect.undue) {
      this.#undue.set(keyOf(deadline), deadline);
      this.#dues.delete(keyOf(deadline));
      writable(dues).delete(keyOf(deadline));
    }
    for (const { ticket } of effect.tickets) {
      if (ticket.team !== null && isOpen(ticket)) (teamsInUse as Set<string>).add(ticket.team);
    }
    if (effect.changes.length > 0) {
      const { directory } = this.#world;
      this.#world = {
        ...this.#world,
        directory: withChanges(directory, directory.version, effect.changes),
      };
    }
  }

  #keepMethods({ contactMethods, removedMethods, addresses, broken, signs }: Effect): void {
    const { methods, notifications, now } = this.#world;
    const turn = (id: string, change: (method: StoredMethod) => StoredMethod): void => {
      const method = methods.get(id);
      if (method !== undefined) writable(methods).set(id, change(method));
    };
    for (const id of removedMethods) {
      this.#methods.set(id, null);
      writable(methods).delete(id);
    }
    for (const method of contactMethods) {
      this.#methods.set(method.id, method);
      writable(methods).set(method.id, method);
      // What it did before belongs to the address that it had.
      this.#signs = this.#signs.filter((sign) => sign.method !== method.id);
      // As `wakePages` writes it in the end: who comes later in this group must not take it for the new one's.
      for (const one of notifications.values()) {
        if (isTakenPage(one, method))
          writable(notifications).set(one.id, { ...one, state: 'gone' });
      }
    }
    for (const { id, address } of addresses) turn(id, (method) => ({ ...method, address }));
    for (const { id, address } of broken) {
      turn(id, (method) => (method.address === address ? { ...method, brokenAt: now } : method));
    }
    for (const sign of signs) turn(sign.method, (method) => afterSign(method, sign, now));
    if (signs.length > 0) this.#signs = [...this.#signs, ...signs];
  }
}

/** The method is done with it, whatever came of it. */
function isTakenPage(
  { method, message, state }: Notification,
  { id }: Pick<StoredMethod, 'id'>,
): boolean {
  const isDone = state === 'accepted' || state === 'failed';
  return method === id && message.page !== null && isDone;
}

/** The maps of a world are the group's own; only items see them as read-only. */
function writable<Of extends ReadonlyMap<unknown, unknown>>(map: Of): Writable<Of> {
  return map as unknown as Writable<Of>;
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
