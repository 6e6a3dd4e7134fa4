/** Devices: as they register, are heard, and lose their rights. */

import type { CompiledQuery, ExpressionBuilder } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build' | 'dialect'>;
type Reads = Pick<Database, 'read'>;

/** A device, as commands of it are settled against it. */
export type Device = {
  readonly id: string;
  readonly person: string;
  /** The highest id of its commands that is settled. */
  readonly last: number;
  readonly heardAt: number;
  readonly contactAt: number;
  readonly pending: number;
  readonly sessionHash: string | null;
  readonly revokedAt: number | null;
};

const columns = [
  'id',
  'person',
  'last',
  'heard_at as heardAt',
  'contact_at as contactAt',
  'pending',
  'session_hash as sessionHash',
  'revoked_at as revokedAt',
] as const;

/** Reads devices by id. */
export const devicesById = shapedList(
  ({ build }, ids: readonly string[]): CompiledQuery<Device> =>
    build.selectFrom('device').select(columns).where('id', 'in', ids).compile(),
  (id) => [id],
);

/** As `devicesById`, of those that nobody else has locked, and locks them, in the order of their ids. */
export const lockDevices = shapedList(
  ({ build, dialect }, ids: readonly string[]): CompiledQuery<Device> => {
    const query = build.selectFrom('device').select(columns).where('id', 'in', ids).orderBy('id');
    return (dialect === 'postgres' ? query.forUpdate().skipLocked() : query).compile();
  },
  (id) => [id],
);

/** How far the device got. */
export function saveLast({ build }: Builds, { id, last }: Pick<Device, 'id' | 'last'>) {
  return build.updateTable('device').set({ last }).where('id', '=', id).compile();
}

/** That a device was heard: when, how much waited on it, by which session. */
export type Contact = Pick<Device, 'id' | 'heardAt' | 'contactAt' | 'pending' | 'sessionHash'>;

/** Written where nobody else has the device: the next contact says it again. */
export function saveContact(
  db: Builds,
  { id, heardAt, contactAt, pending, sessionHash }: Contact,
): CompiledQuery {
  return db.build
    .updateTable('device')
    .set({ heard_at: heardAt, contact_at: contactAt, pending, session_hash: sessionHash })
    .where(
      'id',
      'in',
      free(db, (is) => is('id', '=', id)),
    )
    .compile();
}

/** A device that registers now. */
export type NewDevice = {
  readonly id: string;
  readonly person: string;
  /** SHA-256 of its secret, hex. */
  readonly secretHash: string;
  readonly sessionHash: string | null;
  readonly at: number;
};

/** Adds a device, unless its person has `most` already: then nothing is answered. */
export function addDevice(
  { build }: Builds,
  { id, person, secretHash, sessionHash, at }: NewDevice,
  most: number,
): CompiledQuery<{ id: string }> {
  const row = build
    .selectNoFrom(({ val }) => [
      val(id).as('id'),
      val(person).as('person'),
      val(secretHash).as('secret_hash'),
      val(at).as('registered_at'),
      val(sessionHash).as('session_hash'),
      val(at).as('heard_at'),
      val(at).as('contact_at'),
      val(0).as('last'),
      val(0).as('pending'),
    ])
    .where(countOf({ build }, person), '<', most);
  return build
    .insertInto('device')
    .columns([
      'id',
      'person',
      'secret_hash',
      'registered_at',
      'session_hash',
      'heard_at',
      'contact_at',
      'last',
      'pending',
    ])
    .expression(row)
    .returning('id')
    .compile();
}

/**
 * Where a person has `most` devices: takes its rights from the one that was silent the longest, if nothing waits on it and
 * it was not heard since `silentSince`.
 */
export function revokeSilent(
  db: Builds,
  { person, at, silentSince }: Pick<NewDevice, 'person' | 'at'> & { readonly silentSince: number },
  most: number,
): CompiledQuery<{ id: string }> {
  const silent = free(db, (is) =>
    is.and([
      is('person', '=', person),
      is('revoked_at', 'is', null),
      is('pending', '=', 0),
      is('heard_at', '<', silentSince),
    ]),
  );
  return db.build
    .updateTable('device')
    .set({ revoked_at: at })
    .where('id', 'in', silent.orderBy('heard_at').orderBy('id').limit(1))
    .where(countOf(db, person), '>=', most)
    .returning('id')
    .compile();
}

/** How many devices the person has that have their rights. */
function countOf({ build }: Pick<Database, 'build'>, person: string) {
  return build
    .selectFrom('device')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('person', '=', person)
    .where('revoked_at', 'is', null);
}

/** Takes the person's device its rights; once taken they stay. Answers nothing where he has no such device, or it is locked. */
export function revokeDevice(
  db: Builds,
  { id, person, at }: Pick<NewDevice, 'id' | 'person' | 'at'>,
): CompiledQuery<{ id: string }> {
  return db.build
    .updateTable('device')
    .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(at)) }))
    .where(
      'id',
      'in',
      free(db, (is) => is.and([is('id', '=', id), is('person', '=', person)])),
    )
    .returning('id')
    .compile();
}

/** Locks what `revokeAll` will take their rights from, in the order of ids: before the head, as a command's device is. */
export function lockDevicesOf(
  { build, dialect }: Builds,
  people: readonly string[],
): CompiledQuery<{ id: string }> {
  const query = build
    .selectFrom('device')
    .select('id')
    .where('person', 'in', people)
    .where('revoked_at', 'is', null)
    .orderBy('id');
  return (dialect === 'postgres' ? query.forUpdate() : query).compile();
}

/** Takes all devices of these people their rights. */
export function revokeAll({ build }: Builds, people: readonly string[], at: number) {
  return build
    .updateTable('device')
    .set({ revoked_at: at })
    .where('person', 'in', people)
    .where('revoked_at', 'is', null)
    .compile();
}

/** Such devices of which nobody else has the row: whoever waits for one on the writing connection holds up everybody. */
function free(
  { build, dialect }: Builds,
  such: (is: ExpressionBuilder<Schema, 'device'>) => ReturnType<typeof is.and>,
) {
  const query = build.selectFrom('device').select('id').where(such);
  return dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
}

/** What must be known of a device to believe that it is one, and whose: its secret or its session must hash to these. */
export type Known = Pick<Device, 'person' | 'sessionHash' | 'revokedAt'> & {
  readonly secretHash: string;
};

/** null = there is none. */
export async function knownDevice({ read }: Reads, id: string): Promise<Known | null> {
  const row = await read
    .selectFrom('device')
    .select([
      'person',
      'secret_hash as secretHash',
      'session_hash as sessionHash',
      'revoked_at as revokedAt',
    ])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** Whether a person has a device newer than this one that goes by the same session. */
export async function isSucceeded({ read }: Reads, id: string, { person, sessionHash }: Known) {
  const newer = await read
    .selectFrom('device')
    .select('id')
    .where('person', '=', person)
    .where('session_hash', '=', sessionHash)
    .where('revoked_at', 'is', null)
    .where('id', '>', id)
    .executeTakeFirst();
  return newer !== undefined;
}

/** What a person is shown of his devices, the one heard last first; at most 100. */
export function devicesOf({ read }: Reads, person: string) {
  return read
    .selectFrom('device')
    .select(['id', 'registered_at', 'heard_at', 'pending', 'revoked_at'])
    .where('person', '=', person)
    .orderBy('heard_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
}

/**
 * Forgets what devices did that were removed before `before`, and the devices themselves where it was before `longBefore`.
 * What their commands did stays known by their uids.
 */
export function sweepDevices(
  { build }: Builds,
  before: number,
  longBefore: number,
): readonly CompiledQuery[] {
  const removed = build.selectFrom('device').select('id').where('revoked_at', '<', before);
  return [
    build.deleteFrom('suspect').where('device', 'in', removed).compile(),
    build.deleteFrom('device_command').where('device', 'in', removed).compile(),
    // What the device took pages by is broken because it was removed, which nobody could tell any more.
    build
      .deleteFrom('contact_method')
      .where(
        'id',
        'in',
        build.selectFrom('device').select('id').where('revoked_at', '<', longBefore),
      )
      .compile(),
    build.deleteFrom('device').where('revoked_at', '<', longBefore).compile(),
  ];
}
