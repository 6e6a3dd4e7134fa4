import { accept, refuse, type Result } from '@rung/domain/base/result.ts';
import { withChanges } from '@rung/domain/directory/directory.ts';
import type { Notification } from '@rung/domain/paging/notification.ts';
import { isOpen } from '@rung/domain/ticket/ticket.ts';
import type { StoredMethod } from '../db/contact-methods.ts';
import { withSigns } from '../db/pages.ts';
import type { Item } from './item.ts';
import { afterSign } from './pager.ts';
import {
  type Effect,
  keyOf,
  type Kept,
  noEffect,
  placeOf,
  type Sign,
  type World,
} from './world.ts';

type Writable<Of> = Of extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never;

/** The world as it becomes while items are applied: what a later item sees is what the earlier ones did. */
export class ChangingWorld {
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
