import type { SubscriptionState } from '@rung/protocol/push.ts';

/** What the server knows of this device's pages; null = nothing. */
export type KnownHere = SubscriptionState['kept'];

/**
 * Whether its person would be woken by this device. `unproved`: nothing speaks against it, and nothing was shown yet.
 * `unknown`: the server was not heard.
 */
export type Readiness = 'woken' | 'unproved' | 'maybe' | 'not' | 'unknown';

/**
 * `known`: undefined = the server has not said yet. `isRefused`: it, or the browser, will not have it. `isSilent`: a check
 * is overdue. `isLost`: the server does not answer now.
 */
export function readinessOf(
  known: KnownHere | undefined,
  {
    isRefused,
    isSilent,
    isLost,
  }: { readonly isRefused: boolean; readonly isSilent: boolean; readonly isLost: boolean },
): Readiness {
  if (isRefused) return 'not';
  if (known === undefined || isLost) return 'unknown';
  if (known === null || known.isBroken) return 'not';
  if (known.isSuspect || isSilent) return 'maybe';
  return known.shownAt === null ? 'unproved' : 'woken';
}
