import type { Instant } from '@rung/domain/base/time.ts';

/** Crockford's base 32: no I, L, O, U. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The ULID of a moment and ten random bytes (github.com/ulid/spec): 10 characters of time, 16 of chance. Sorts by time.
 * Our own, because the library is larger than the rest of this room.
 */
export function ulidFrom(at: Instant, chance: Uint8Array): string {
  if (chance.length !== 10) throw new Error(`defect: a ULID takes 10 bytes, not ${chance.length}`);
  let number = BigInt(at);
  for (const byte of chance) number = (number << 8n) | BigInt(byte);
  let word = '';
  for (let n = 0; n < 26; n++) {
    word = digits.charAt(Number(number & 31n)) + word;
    number >>= 5n;
  }
  return word;
}
