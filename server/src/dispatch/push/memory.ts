/** What is remembered of push services and subscriptions, for as long as this process lives. Pure. */

import type { Instant } from '@rung/domain/base/time.ts';

/** Of what is remembered by subscription or host the oldest is forgotten beyond this: an admin's own push service may be anybody's. */
const mostKept = 10_000;

/**
 * A subscription that failed so often in a row is put off by itself, whatever is to be sent to it, as long each time as one
 * notification that is tried again (domain/paging/notification.ts): its service may be well.
 */
const failuresToRest = 3;
const restsMs = [2000, 4000, 8000] as const;
const longestRestMs = 30_000;

export type Memory = {
  /** By host: when it last took a push. */
  readonly provenAt: ReadonlyMap<string, Instant>;
  /** By host: whose key it refused since then: first and since when, and whether others' too. */
  readonly refused: ReadonlyMap<string, Refused>;
  /** By host: when it told us that we send nonsense. */
  readonly badAt: ReadonlyMap<string, readonly Instant[]>;
  /** By endpoint: how often in a row it was told so. */
  readonly badInARow: ReadonlyMap<string, number>;
  /** By endpoint: until when its host wants nothing for it. */
  readonly busyUntil: ReadonlyMap<string, Instant>;
  /** By endpoint: how often in a row it failed, and when it did last. */
  readonly failing: ReadonlyMap<string, { readonly inARow: number; readonly at: Instant }>;
};

export type Refused = {
  readonly endpoint: string;
  readonly since: Instant;
  readonly isMany: boolean;
};

export const blank: Memory = {
  provenAt: new Map(),
  refused: new Map(),
  badAt: new Map(),
  badInARow: new Map(),
  busyUntil: new Map(),
  failing: new Map(),
};

/** How long this subscription's host still wants nothing for it, ms; 0 = go on. */
export function busyMs({ busyUntil }: Memory, endpoint: string, now: Instant): number {
  return Math.max(0, (busyUntil.get(endpoint) ?? 0) - now);
}

/** How long this subscription is still put off because it fails, ms; 0 = go on. */
export function failingMs({ failing }: Memory, endpoint: string, now: Instant): number {
  const kept = failing.get(endpoint);
  if (kept === undefined || kept.inARow < failuresToRest) return 0;
  const age = now - kept.at;
  // Failed in the future: the clock was set back.
  if (age < 0) return 0;
  return Math.max(0, (restsMs[kept.inARow - failuresToRest] ?? longestRestMs) - age);
}

/** The map with this, its oldest left out where it grows too large. */
export function put<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value) {
  const copy = new Map(map);
  // What was put last stands at the end.
  copy.delete(key);
  copy.set(key, value);
  const [oldest] = copy.keys();
  if (copy.size > mostKept && oldest !== undefined) copy.delete(oldest);
  return copy;
}

/** The map without this. */
export function without<Value>(map: ReadonlyMap<string, Value>, key: string) {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
