/** A command of a device's outbox: settled once for its id, in the order of ids (sync.md, section 4, "Per command"). */

import { storable } from '@rung/protocol/storable.ts';
import type { DeviceCommand } from '../db/device-commands.ts';
import {
  actedWhilePermitted,
  applyCommand,
  type ArrivedCommand,
  neededFor,
} from './apply-command.ts';
import type { Item } from './item.ts';
import { type Effect, noEffect, placeOf, type World } from './world.ts';

/** What a device sent. */
export type SentByDevice = {
  readonly device: string;
  readonly person: string;
  /** Its place among the commands of its device, from 1 without gaps. */
  readonly n: number;
  readonly uid: string;
  /** What it says. `invalid`: nothing that we know; `withdrawn`: its person took it back before it left. */
  readonly arrived: ArrivedCommand | 'invalid' | 'withdrawn';
  /** As it came, for quarantine. */
  readonly body: string;
};

/**
 * `settled`: now or before. `forgotten`: so long ago that nobody knows what became of it. `forked`: another command has
 * this id, so two devices go by one name. `gap`: not all before it are settled; `last` is the highest that is.
 */
export type Placed =
  | { readonly kind: 'settled'; readonly outcome: DeviceCommand['outcome'] }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'forked' }
  | { readonly kind: 'gap'; readonly last: number };

type Done = { readonly answer: Placed; readonly effect: Effect };

/**
 * A command that throws is left out and remembered as suspect; at its second arrival it is put aside whole, and the
 * device's later ones go on. (A write that the database refuses ends the same way: `fault`.)
 */
export function deviceCommandItem(sent: SentByDevice): Item<Placed> {
  const { device, n, uid, arrived } = sent;
  return {
    uid,
    device: { id: device, n },
    ...(typeof arrived === 'string'
      ? {}
      : {
          ...neededFor(arrived.command),
          asOf: (world: World) => actedWhilePermitted(world, arrived),
        }),
    apply(world) {
      const settledBefore = placeIn(world, sent);
      if (settledBefore !== null) return { answer: settledBefore, effect: noEffect };
      if (!isSuspect(world, sent)) return settle(world, sent);
      try {
        return settle(world, sent);
      } catch (error) {
        return putAside(world, sent, error);
      }
    },
    fault: (world, error) =>
      isSuspect(world, sent)
        ? putAside(world, sent, error).effect
        : { ...noEffect, suspects: [{ device, n, uid }] },
  };
}

/** Why it is not its turn, or that it had its turn; null = it is. */
function placeIn({ devices, deviceCommands }: World, { device, n, uid }: SentByDevice) {
  const last = devices.get(device)?.last;
  if (last === undefined) return { kind: 'forked' } as const;
  if (n > last + 1) return { kind: 'gap', last } as const;
  if (n === last + 1) return null;
  const before = deviceCommands.get(placeOf(device, n));
  if (before === undefined) return { kind: 'forgotten' } as const;
  if (before.uid !== uid) return { kind: 'forked' } as const;
  return { kind: 'settled', outcome: before.outcome } as const;
}

function settle(world: World, sent: SentByDevice): Done {
  const { arrived, person, uid } = sent;
  if (typeof arrived !== 'string') {
    const { settled, effect } = applyCommand(world, arrived);
    return inPlace(world, sent, settled, effect);
  }
  // It may have been sent once, and its answer lost: then it was done.
  const before = world.settled.get(uid);
  if (before !== undefined && before.person === person) {
    return inPlace(world, sent, before, noEffect);
  }
  const outcome = arrived === 'withdrawn' ? 'noop' : 'rejected';
  const row = { uid, outcome, code: arrived, ticket: null, person } as const;
  const effect = before === undefined ? { ...noEffect, settled: [row] } : noEffect;
  return inPlace(world, sent, row, effect);
}

function putAside(world: World, sent: SentByDevice, error: unknown): Done {
  const { device, n, uid, person } = sent;
  const told = storable(error instanceof Error ? error.message : String(error));
  const body = new TextEncoder().encode(sent.body);
  const quarantined = [{ uid, device, n, person, body, error: told }];
  const row = { outcome: 'quarantined', code: 'defect' } as const;
  return inPlace(world, sent, row, { ...noEffect, quarantined });
}

/** The id is settled in the same commit as what it did. */
function inPlace(
  { suspects }: World,
  { device, n, uid }: SentByDevice,
  { outcome, code }: Pick<DeviceCommand, 'outcome' | 'code'>,
  effect: Effect,
): Done {
  return {
    answer: { kind: 'settled', outcome },
    effect: {
      ...effect,
      devices: [{ id: device, last: n }],
      deviceCommands: [{ device, n, uid, outcome, code }],
      cleared: suspects.has(placeOf(device, n)) ? [{ device, n }] : [],
    },
  };
}

function isSuspect({ suspects }: World, { device, n, uid }: SentByDevice): boolean {
  return suspects.get(placeOf(device, n))?.uid === uid;
}
