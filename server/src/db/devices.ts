import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;

/** A device, as commands of it are settled against it. */
export type Device = {
  readonly id: string;
  readonly person: string;
  /** The highest id of its commands that is settled. */
  readonly last: number;
  readonly contactAt: number;
  readonly pending: number;
  readonly revokedAt: number | null;
};

const columns = [
  'id',
  'person',
  'last',
  'contact_at as contactAt',
  'pending',
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

/** What an id of a device was, and what the device was told of it. */
export type DeviceCommand = {
  readonly device: string;
  readonly n: number;
  readonly uid: string;
  readonly outcome: Schema['device_command']['outcome'];
  readonly code: string | null;
};

type Place = Pick<DeviceCommand, 'device' | 'n'>;

export const commandsAt = shapedList(
  ({ build }, places: readonly Place[]): CompiledQuery<DeviceCommand> =>
    build
      .selectFrom('device_command')
      .select(['device', 'n', 'uid', 'outcome', 'code'])
      .where((is) =>
        is.or(places.map(({ device, n }) => is.and([is('device', '=', device), is('n', '=', n)]))),
      )
      .compile(),
  ({ device, n }) => [device, n],
);

/** A command that threw when it first came. */
export type Suspect = Place & { readonly uid: string };

export const suspectsAt = shapedList(
  ({ build }, places: readonly Place[]): CompiledQuery<Suspect> =>
    build
      .selectFrom('suspect')
      .select(['device', 'n', 'uid'])
      .where((is) =>
        is.or(places.map(({ device, n }) => is.and([is('device', '=', device), is('n', '=', n)]))),
      )
      .compile(),
  ({ device, n }) => [device, n],
);

export const addDeviceCommands = shapedList(
  ({ build }, rows: readonly DeviceCommand[]): CompiledQuery =>
    build
      .insertInto('device_command')
      .values(rows.map(({ device, n, uid, outcome, code }) => ({ device, n, uid, outcome, code })))
      .compile(),
  ({ device, n, uid, outcome, code }) => [device, n, uid, outcome, code],
);

/** How far the device got. */
export function saveLast({ build }: Builds, { id, last }: Pick<Device, 'id' | 'last'>) {
  return build.updateTable('device').set({ last }).where('id', '=', id).compile();
}

/** That it was heard, and how much waited on it. */
export function saveContact(
  { build }: Builds,
  { id, contactAt, pending }: Pick<Device, 'id' | 'contactAt' | 'pending'>,
): CompiledQuery {
  return build
    .updateTable('device')
    .set({ contact_at: contactAt, pending })
    .where('id', '=', id)
    .compile();
}

export function addSuspects({ build }: Builds, rows: readonly Suspect[], at: number) {
  return build
    .insertInto('suspect')
    .values(rows.map((row) => ({ ...row, first_at: at })))
    .onConflict((conflict) =>
      conflict.columns(['device', 'n']).doUpdateSet((set) => ({ uid: set.ref('excluded.uid') })),
    )
    .compile();
}

/** A command that we cannot carry out, as it came. */
export type Quarantined = {
  readonly uid: string;
  readonly device: string;
  readonly n: number;
  readonly person: string;
  readonly body: Uint8Array;
  readonly error: string;
};

export function addQuarantined({ build }: Builds, rows: readonly Quarantined[], at: number) {
  return build
    .insertInto('quarantine')
    .values(rows.map((row) => ({ ...row, at })))
    .onConflict((conflict) => conflict.column('uid').doNothing())
    .compile();
}
