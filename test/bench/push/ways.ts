/** The ways to send the same page: ours, the peer's, and the least that the work takes. */

import type { Subscription } from '@rung/protocol/push.ts';

/** By the names that are printed. */
export const peers = ['web-push', 'web-push, keep-alive agent'] as const;
export const limits = ['bare, HTTP/1.1', 'bare, HTTP/2'] as const;
export const ways = ['Rung', ...peers, ...limits] as const;
export type WayName = (typeof ways)[number];

export type SenderOpening = {
  readonly way: WayName;
  readonly keys: { readonly publicKey: string; readonly privateKey: string };
  /** PEM of the CA that the push services of the bench are trusted by. */
  readonly ca: string;
  /** Their host:port. */
  readonly allow: readonly string[];
};

/**
 * Makes ready whatever is kept or known before a message is to be sent. The answer sends the n-th message, to one
 * subscription after the other, and throws where it was not taken.
 */
export type Way = (
  opening: SenderOpening,
) => (to: readonly Subscription[]) => (n: number) => Promise<void>;

/** Endless, in turn. */
export function nth<One>(all: readonly One[], n: number): One {
  const one = all[n % all.length];
  if (one === undefined) throw new Error('nobody to send to');
  return one;
}
