import { ulidFrom } from '@rung/sync/ulid.ts';

/** A new ULID, of this moment. */
export function newUlid(): string {
  return ulidFrom(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
