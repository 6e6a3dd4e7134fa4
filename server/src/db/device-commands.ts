/** What became of the commands of devices: by their ids, and where we could not carry them out. */

import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { shapedList } from './shapes.ts';

type Builds = Pick<Database, 'build'>;

/** What an id of a device was, and what the device was told of it. */
export type DeviceCommand = {
  readonly device: string;
  readonly n: number;
  readonly uid: string;
  readonly outcome: Schema['device_command']['outcome'];
  readonly code: string | null;
};

export type Place = Pick<DeviceCommand, 'device' | 'n'>;

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

export const addDeviceCommands = shapedList(
  ({ build }, rows: readonly DeviceCommand[]): CompiledQuery =>
    build
      .insertInto('device_command')
      .values(rows.map(({ device, n, uid, outcome, code }) => ({ device, n, uid, outcome, code })))
      .compile(),
  ({ device, n, uid, outcome, code }) => [device, n, uid, outcome, code],
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

export function addSuspects({ build }: Builds, rows: readonly Suspect[], at: number) {
  return build
    .insertInto('suspect')
    .values(rows.map((row) => ({ ...row, first_at: at })))
    .onConflict((conflict) =>
      conflict.columns(['device', 'n']).doUpdateSet((set) => ({ uid: set.ref('excluded.uid') })),
    )
    .compile();
}

/** What is settled is no suspect any more. */
export function removeSuspects({ build }: Builds, places: readonly Place[]): CompiledQuery {
  return build
    .deleteFrom('suspect')
    .where((is) =>
      is.or(places.map(({ device, n }) => is.and([is('device', '=', device), is('n', '=', n)]))),
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
