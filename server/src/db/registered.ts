/** Devices as they register, are listed and removed; devices.ts has them as commands are settled against them. */

import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';

type Builds = Pick<Database, 'build'>;
type Reads = Pick<Database, 'read'>;

/** A device that registers now. */
export type NewDevice = {
  readonly id: string;
  readonly person: string;
  /** SHA-256 of its secret, hex. */
  readonly secretHash: string;
  readonly at: number;
};

export function addDevice(
  { build }: Builds,
  { id, person, secretHash, at }: NewDevice,
): CompiledQuery {
  return build
    .insertInto('device')
    .values({
      id,
      person,
      secret_hash: secretHash,
      registered_at: at,
      contact_at: at,
      last: 0,
      pending: 0,
      revoked_at: null,
    })
    .compile();
}

/** Takes their rights from what a person has beside this device and the `most` others that were heard last. */
export function revokeSilent(
  { build }: Builds,
  { id, person, at }: NewDevice,
  most: number,
): CompiledQuery<{ id: string }> {
  const others = build
    .selectFrom('device')
    .select('id')
    .where('person', '=', person)
    .where('revoked_at', 'is', null)
    .where('id', '!=', id);
  return build
    .updateTable('device')
    .set({ revoked_at: at })
    .where(
      'id',
      'in',
      others.orderBy('contact_at', 'desc').orderBy('id', 'desc').limit(1000).offset(most),
    )
    .returning('id')
    .compile();
}

/** Takes the person's device its rights; once taken they stay. Answers nothing when he has no such device. */
export function revokeDevice(
  { build }: Builds,
  { id, person, at }: Pick<NewDevice, 'id' | 'person' | 'at'>,
): CompiledQuery<{ id: string }> {
  return build
    .updateTable('device')
    .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(at)) }))
    .where('id', '=', id)
    .where('person', '=', person)
    .returning('id')
    .compile();
}

/** Who a device says it is: its person, and what its secret must hash to. null = there is none. */
export async function secretOf(
  { read }: Reads,
  id: string,
): Promise<{ person: string; secretHash: string; revokedAt: number | null } | null> {
  const row = await read
    .selectFrom('device')
    .select(['person', 'secret_hash as secretHash', 'revoked_at as revokedAt'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** What a person is shown of his devices, the one heard last first; at most 100. */
export function devicesOf({ read }: Reads, person: string) {
  return read
    .selectFrom('device')
    .select(['id', 'registered_at', 'contact_at', 'pending', 'revoked_at'])
    .where('person', '=', person)
    .orderBy('contact_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
}
