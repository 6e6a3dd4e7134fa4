import { systemClock, type Clock } from '../../clock.ts';
import webPush from 'web-push';
import { put, without } from './memory.ts';

const hour = 60 * 60_000;
/** They hold for 12 h (RFC 8292 allows 24), and a clock that is wrong by an hour or two must not matter. */
const lastMs = 12 * hour;
const renewAfterMs = 10 * hour;

/** Stands where nobody can be written to. Apple takes no such contact, so nothing is sent there without a subject. */
const nobody = 'mailto:nobody@rung.invalid';

export type Tokens = {
  /** The header `Authorization` for this push service. */
  authorization(origin: string): string;
  /** This header was refused: the next one is made anew. */
  drop(origin: string, authorization: string): void;
};

/**
 * Our VAPID tokens (RFC 8292), one for each push service's origin. They tell push services the time: theirs is the real one,
 * also where somebody moves the clock that the domain goes by.
 */
export function openTokens(
  { publicKey, privateKey }: { readonly publicKey: string; readonly privateKey: string },
  subject: string | null,
  clock: Clock = systemClock,
): Tokens {
  let made: ReadonlyMap<string, { readonly authorization: string; readonly at: number }> =
    new Map();
  return {
    authorization(origin) {
      const now = clock.now();
      const kept = made.get(origin);
      const age = kept === undefined ? Infinity : now - kept.at;
      if (kept !== undefined && age >= 0 && age < renewAfterMs) return kept.authorization;
      const until = Math.floor((now + lastMs) / 1000);
      const { Authorization: authorization } = webPush.getVapidHeaders(
        origin,
        subject ?? nobody,
        publicKey,
        privateKey,
        'aes128gcm',
        until,
      );
      made = put(made, origin, { authorization, at: now });
      return authorization;
    },
    drop(origin, authorization) {
      // Another send may have renewed it meanwhile.
      if (made.get(origin)?.authorization === authorization) made = without(made, origin);
    },
  };
}
