import type { Instant } from '@rung/domain/base/time.ts';

/**
 * A push service that failed so often within so long is left alone for a while. It takes several subscriptions to show that: one
 * that fails alone says nothing of the others.
 */
const failuresToOpen = 5;
const endpointsToOpen = 3;
const withinMs = 30_000;
export const openMs = 10_000;
/** Whoever failed already comes so much behind the others: their retries are spread over this. */
const behindMs = 3000;
/** Longer than any try takes: one that never said how it went holds up the next for this long only. */
const probeMs = 15_000;

/** What is remembered of one host. */
export type Breaker = {
  /** Of its failures in a row those that count still, the newest last. */
  readonly failures: readonly { readonly endpoint: string; readonly at: Instant }[];
  /** Nothing is sent before, and then to each endpoint once until one is answered; null = it is closed. */
  readonly openUntil: Instant | null;
  /** By endpoint: until when it is not tried again, while it is not closed. */
  readonly resting: ReadonlyMap<string, Instant>;
};

export const closed: Breaker = { failures: [], openUntil: null, resting: new Map() };

/** How long to wait before the next try at this endpoint, ms; 0 = go on. */
export function waitOf({ openUntil, resting }: Breaker, endpoint: string, now: Instant): number {
  if (openUntil === null) return 0;
  const left = Math.max(openUntil, resting.get(endpoint) ?? 0) - now;
  // More than that nobody was ever told: the clock was set back.
  return left > openMs + probeMs ? 0 : Math.max(0, left);
}

/** A try begins. Where the door stands half open it is a probe, and the only one of its endpoint. */
export function begun(breaker: Breaker, endpoint: string, now: Instant): Breaker {
  return breaker.openUntil === null ? breaker : rest(breaker, [endpoint], now + probeMs, now);
}

/** A try ended: whether the host answered as one that works. */
export function ended(breaker: Breaker, endpoint: string, isWell: boolean, now: Instant): Breaker {
  if (isWell) return closed;
  const { openUntil } = breaker;
  // It began before it opened: that is known.
  if (openUntil !== null && now < openUntil) {
    return rest(breaker, [endpoint], openUntil + behindMs, now);
  }
  const failures = counting([...breaker.failures, { endpoint, at: now }], now);
  const failed = new Set(failures.map((one) => one.endpoint));
  if (failures.length >= failuresToOpen && failed.size >= endpointsToOpen) {
    const opened = { ...breaker, failures: [], openUntil: now + openMs };
    return rest(opened, [...failed], now + openMs + behindMs, now);
  }
  const after = { ...breaker, failures };
  return openUntil === null ? after : rest(after, [endpoint], now + openMs, now);
}

/** Those within the time, and of one endpoint no more than can make a difference. */
function counting(failures: Breaker['failures'], now: Instant): Breaker['failures'] {
  const most = failuresToOpen - endpointsToOpen + 1;
  return failures
    .filter(({ at }) => at > now - withinMs)
    .filter(({ endpoint }, n, all) => {
      return all.slice(n + 1).filter((later) => later.endpoint === endpoint).length < most;
    });
}

function rest(
  breaker: Breaker,
  endpoints: readonly string[],
  until: Instant,
  now: Instant,
): Breaker {
  const resting = [...breaker.resting].filter(([, at]) => at > now);
  return {
    ...breaker,
    resting: new Map([...resting, ...endpoints.map((one) => [one, until] as const)]),
  };
}
