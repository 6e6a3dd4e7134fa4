/** What an answer means that is no stream: the errors of our server, and whatever stands between it and us. */

import type { ProblemKind } from '@rung/protocol/problem-kinds.ts';

/** How an exchange went that brought nothing. */
export type NoAnswer =
  /** The world did not answer, or asked for patience. `isReachable` false = nothing of our server came back. */
  | { readonly kind: 'later'; readonly isReachable: boolean; readonly retryAfterMs: number | null }
  | { readonly kind: 'sign-in' }
  /** The device's ids are taken, or the server does not know it: begin anew. */
  | { readonly kind: 'forked' }
  /** The server knows this device's commands up to `last` only. */
  | { readonly kind: 'gap'; readonly last: number }
  | { readonly kind: 'revoked' }
  /** The app is older or newer than the server. */
  | { readonly kind: 'upgrade' }
  /** It said no to the exchange itself: trying again in a while is all we can do. */
  | { readonly kind: 'broken' };

export const unreachable: NoAnswer = { kind: 'later', isReachable: false, retryAfterMs: null };

export async function meaningOf(response: Response): Promise<NoAnswer> {
  let problem: { readonly kind?: ProblemKind; readonly last?: unknown } | null;
  try {
    problem = (await response.json()) as typeof problem;
  } catch {
    return unreachable;
  }
  switch (problem?.kind) {
    case 'not-signed-in':
    case 'wrong-credentials':
      return { kind: 'sign-in' };
    case 'forked':
    case 'revoked':
    case 'upgrade':
      return { kind: problem.kind };
    case 'gap':
      return Number.isSafeInteger(problem.last)
        ? { kind: 'gap', last: problem.last as number }
        : { kind: 'forked' };
    case 'too-many':
    case 'busy':
      return { kind: 'later', isReachable: true, retryAfterMs: retryAfterMs(response.headers) };
    case 'broken':
      return { kind: 'later', isReachable: true, retryAfterMs: null };
    case undefined:
      return unreachable;
    default:
      return { kind: 'broken' };
  }
}

/** Our server writes Retry-After in seconds; anything else counts as not said. */
function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
