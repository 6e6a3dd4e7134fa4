/** Where a device takes pushes: a contact method that has the device's id, and ends with it. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { StoredMethod } from '../db/contact-methods.ts';
import type { Item } from './item.ts';
import { askedCheck } from './pager.ts';
import { type Effect, methodsOf, noEffect, type World } from './world.ts';

/** A device, by its id, and whose it is. */
export type OwnDevice = { readonly device: string; readonly person: string };

/** `address`: sealed. `fingerprint`: of its endpoint, by which two devices of one person are seen to be one browser. */
export type NewSubscription = OwnDevice &
  Pick<StoredMethod, 'address'> & {
    readonly fingerprint: string;
  };

/** The same one again only gets its address; a new one, or one that mends a broken one, is checked at once, and once. */
export function subscribeItem({
  device,
  person,
  address,
  fingerprint,
}: NewSubscription): Item<void> {
  return {
    devices: [device],
    methods: [device],
    people: [person],
    apply(world) {
      const before = world.methods.get(device);
      const twins = methodsOf(world, person)
        .filter((method) => method.id !== device && method.fingerprint === fingerprint)
        .map(({ id }) => id);
      const isSame = before?.fingerprint === fingerprint && before.brokenAt === null;
      const subscription = { device, person, address, fingerprint };
      const written = isSame
        ? { addresses: [{ id: device, address }] }
        : subscribed(world, subscription, before?.check ?? null);
      const effect = { ...noEffect, ...removal(twins), ...written };
      return { answer: undefined, effect };
    },
  };
}

/** Nothing is known of it yet. */
function subscribed(
  world: World,
  { device, ...subscription }: NewSubscription,
  awaited: string | null,
): Pick<Effect, 'contactMethods' | 'notifications' | 'dues'> {
  const { check, ...asked } = askedCheck(world, { id: device, check: awaited }, world.now);
  const unproven = { brokenAt: null, shownAt: null, missed: 0, toldAt: null, check };
  const method: StoredMethod = { id: device, kind: 'push', ...subscription, ...unproven };
  return { contactMethods: [method], ...asked };
}

export function unsubscribeItem({ device, person }: OwnDevice): Item<void> {
  return {
    devices: [device],
    methods: [device],
    apply({ methods }) {
      const isKept = methods.get(device)?.person === person;
      const effect = { ...noEffect, ...removal(isKept ? [device] : []) };
      return { answer: undefined, effect };
    },
  };
}

/** It is to be checked `at`; nothing where it has no pager that works. */
export function checkItem({
  device,
  person,
  at,
}: OwnDevice & { readonly at: Instant }): Item<void> {
  return {
    devices: [device],
    methods: [device],
    apply(world) {
      const pager = world.methods.get(device);
      if (pager?.person !== person || pager.brokenAt !== null) {
        return { answer: undefined, effect: noEffect };
      }
      const { check, ...asked } = askedCheck(world, pager, at);
      const signs = [{ method: device, kind: 'check', check } as const];
      return { answer: undefined, effect: { ...noEffect, ...asked, signs } };
    },
  };
}

function removal(ids: readonly string[]): Pick<Effect, 'removedMethods' | 'undue'> {
  return { removedMethods: ids, undue: ids.map((id) => ({ kind: 'pager', id })) };
}
