/** Pagers: contact methods that are checked, fall silent, or are dead (trust.md, section 1). */

import type { Instant } from '@rung/domain/base/time.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import {
  pagerLost,
  pagerSilent,
  pagerWorks,
  pushTrouble,
  tellTroubleEveryMs,
} from '@rung/domain/paging/pager-messages.ts';
import { type Notification, notifyOnly, suspectAfter } from '@rung/domain/paging/notification.ts';
import {
  nextCheckAt,
  repeatCheckAt,
  showCheckWithinMs,
} from '@rung/domain/schedule/pager-check.ts';
import type { StoredMethod } from '../db/contact-methods.ts';
import type { Item } from './item.ts';
import { type Effect, methodsOf, noEffect, type Sign, type World } from './world.ts';

/** A check is due, or what was shown of the last one is to be looked at. */
export function advancePager(world: World, id: string): Effect {
  const { now } = world;
  const pager = world.methods.get(id);
  const deadline = { kind: 'pager', id } as const;
  const person = enabledPerson(world.directory, pager?.person ?? null);
  if (pager === undefined || person === null || pager.brokenAt !== null) {
    return { ...noEffect, undue: [deadline] };
  }
  if (pager.check === null) {
    const check = notifyOnly(pagerWorks(pager, now), pager, now);
    const telling = tellingOf(world, pager, pager.missed);
    return {
      ...telling,
      notifications: [check],
      signs: [...telling.signs, { method: id, kind: 'check', check: check.id }],
      dues: [{ ...deadline, dueAt: now + showCheckWithinMs }],
    };
  }

  const state = world.notifications.get(pager.check)?.state;
  const isShown = state === 'displayed' || state === 'opened';
  // Also where no push service took it: whoever cannot be reached for two days must not learn it by a page.
  const silence = isShown ? noEffect : silenceOf(world, pager);
  const nextAt = isShown ? nextCheckAt : repeatCheckAt;
  const dueAt = nextAt(now, person.zone, id);
  return {
    ...silence,
    signs: [...silence.signs, { method: id, kind: 'check', check: null }],
    dues: [{ ...deadline, dueAt }],
  };
}

/** It was sent something and did not show it in time. */
export function silenceOf(world: World, pager: StoredMethod): Effect {
  const telling = tellingOf(world, pager, pager.missed + 1);
  return { ...telling, signs: [{ method: pager.id, kind: 'missed' }, ...telling.signs] };
}

/**
 * People are told that it is suspect, unless they were since it last showed something. That it was told is kept, and not
 * taken from its becoming suspect: two processes may count at once, and each see one silence only.
 */
function tellingOf({ directory, now }: World, pager: StoredMethod, missed: number): Effect {
  if (missed < suspectAfter || pager.toldAt !== null) return noEffect;
  return {
    ...noEffect,
    signs: [{ method: pager.id, kind: 'told' }],
    messages: pagerSilent(pager, directory, now),
  };
}

/**
 * A check that is to be made `at`, of which there is one at a time. Where one was not sent yet, or was made at this very
 * instant and so has the id that another would have, it is the one. Else it is forgotten and counts for nothing; it is not
 * sent where it did not leave.
 */
export function askedCheck(
  { notifications, now }: World,
  { id, check }: Pick<StoredMethod, 'id' | 'check'>,
  at: Instant,
): Pick<Effect, 'notifications' | 'dues'> & { readonly check: string | null } {
  const deadline = { kind: 'pager', id } as const;
  const awaited = notifications.get(check ?? '');
  if (awaited !== undefined && at <= now && isToCome(awaited, now)) {
    const dueAt = awaited.createdAt + showCheckWithinMs;
    return {
      check: awaited.id,
      notifications: awaited.state === 'queued' ? [] : [onceMore(awaited, now)],
      dues: [{ ...deadline, dueAt }],
    };
  }
  const hasLeft = awaited?.state !== 'queued' && awaited?.state !== 'retrying';
  return {
    check: null,
    notifications: awaited === undefined || hasLeft ? [] : [replaced(awaited)],
    dues: [{ ...deadline, dueAt: at }],
  };
}

function isToCome({ state, createdAt }: Notification, now: Instant): boolean {
  return createdAt === now || (state === 'queued' && createdAt + showCheckWithinMs > now);
}

function onceMore(check: Notification, now: Instant): Notification {
  return { ...check, state: 'retrying', detail: null, nextAttemptAt: now };
}

function replaced(check: Notification): Notification {
  return { ...check, state: 'suppressed', detail: 'asked-anew', nextAttemptAt: null };
}

/** It takes nothing any more, by the address that it had then: told once, and not where it has another since. */
export function lossOf(world: World, method: string, address: string): Effect {
  const broken = [{ id: method, address }];
  const pager = world.methods.get(method);
  const isNews = pager !== undefined && pager.brokenAt === null && pager.address === address;
  if (!isNews) return { ...noEffect, broken };
  const others = methodsOf(world, pager.person).filter(
    ({ id, brokenAt }) => id !== method && brokenAt === null,
  );
  return {
    ...noEffect,
    broken,
    messages: pagerLost(pager, others.length > 0, world.directory, world.now),
    undue: [{ kind: 'pager', id: method }],
  };
}

/** A push service refuses us: administrators are told, once an hour. */
export function alarmItem(host: string): Item<void> {
  return {
    hosts: [host],
    apply({ alarms, directory, now }) {
      const isTold = now - (alarms.get(host) ?? -Infinity) < tellTroubleEveryMs;
      const messages = isTold ? [] : pushTrouble(host, directory, now);
      return { answer: undefined, effect: { ...noEffect, messages } };
    },
  };
}

/** A contact method after a sign of it. */
export function afterSign(method: StoredMethod, sign: Sign, now: Instant): StoredMethod {
  switch (sign.kind) {
    case 'shown':
      return { ...method, shownAt: now, missed: 0, toldAt: null };
    case 'missed':
      return { ...method, missed: method.missed + 1 };
    case 'told':
      return { ...method, toldAt: now };
    case 'check':
      return { ...method, check: sign.check };
  }
}
