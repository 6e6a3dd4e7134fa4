import { createHash } from 'node:crypto';
import type { Instant } from '@rung/domain/base/time.ts';
import { ulid } from 'ulid';

/** A ULID that belongs to what it is made of: a replay makes the same ones again. */
export function idOf(at: Instant, ...parts: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest();
  let n = 0;
  return ulid(Math.max(at, 1), () => (bytes[n++ % bytes.length] ?? 0) / 256);
}
