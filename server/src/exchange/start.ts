import type { Head } from '../db/pull.ts';
import { type Cookie, cookieVersion, heldScopes } from './cookie.ts';

/** How an answer begins. */
export type Start = {
  readonly state: Cookie;
  readonly mode: 'delta' | 'snapshot';
  readonly isResumed: boolean;
  readonly add: readonly string[];
  readonly del: readonly string[];
};

/**
 * Where a device goes on from, by what it had and which scopes it has now. Of another database (an epoch that is not this
 * one's, a version that was not reached yet), or so old that marks are gone: everything anew.
 */
export function startOf(
  person: string,
  cookie: Cookie | null,
  head: Head,
  scopes: readonly string[],
): Start {
  const isGood =
    cookie !== null &&
    cookie.epoch === head.epoch &&
    cookie.ver <= head.ver &&
    cookie.from >= head.floor;
  if (!isGood) {
    const filling = { scopes, part: 'ref', after: '' } as const;
    const { epoch, ver } = head;
    const begun = { version: cookieVersion, person, epoch, from: ver, ver } as const;
    const state = { ...begun, scopes: [], filling, isSnapshot: true, missing: [] };
    return { state, mode: 'snapshot', isResumed: false, add: scopes, del: [] };
  }
  const known = heldScopes(cookie);
  const filled = cookie.filling?.scopes.filter((scope) => scopes.includes(scope)) ?? [];
  return {
    state: {
      ...cookie,
      scopes: cookie.scopes.filter((scope) => scopes.includes(scope)),
      filling:
        cookie.filling === null || filled.length === 0
          ? null
          : { ...cookie.filling, scopes: filled },
    },
    mode: cookie.isSnapshot ? 'snapshot' : 'delta',
    isResumed: cookie.isSnapshot,
    add: scopes.filter((scope) => !known.includes(scope)),
    del: known.filter((scope) => !scopes.includes(scope)),
  };
}
