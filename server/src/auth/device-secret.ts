/** The secret of a device: stands in for its person where there is no session (sync.md, section 4). */

import { randomBytes } from 'node:crypto';
import type { Instant } from '@rung/domain/base/time.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import { enabledPerson } from '@rung/domain/directory/people.ts';
import { knownDevice } from '../db/devices.ts';
import type { Database } from '../db/open.ts';
import { hashOf, isSame } from '../secret.ts';

/** How long a device that was removed may still leave what was typed on it. */
const afterRevoked = 30 * 24 * 60 * 60 * 1000;

/** 256 bits, base64url, and what is kept of it. */
export function newSecret(): { readonly secret: string; readonly secretHash: string } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, secretHash: hashOf(secret) };
}

export type KnownDevice = {
  readonly device: string;
  readonly person: string;
  /** It was removed, or its person may not act any more: it may leave what was typed on it, and nothing else. */
  readonly isRevoked: boolean;
};

/**
 * Which device sends this `Authorization` header, `Device <ulid>.<secret>`. null = none that we know by this secret, or
 * one that was removed long ago.
 */
export async function deviceBy(
  db: Pick<Database, 'read'>,
  directory: Directory,
  authorization: string,
  now: Instant,
): Promise<KnownDevice | null> {
  const said = /^Device ([0-7][0-9A-HJKMNP-TV-Z]{25})\.([\w-]{43})$/.exec(authorization);
  const [, device = '', secret = ''] = said ?? [];
  if (device === '') return null;
  const known = await knownDevice(db, device);
  if (known === null || !isSame(hashOf(secret), known.secretHash)) return null;
  const { person, revokedAt } = known;
  if (revokedAt !== null && now - revokedAt > afterRevoked) return null;
  const isDisabled = enabledPerson(directory, person) === null;
  return { device, person, isRevoked: isDisabled || revokedAt !== null };
}
