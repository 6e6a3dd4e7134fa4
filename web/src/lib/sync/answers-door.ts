/** The page's own door: it takes the answer by the device's secret, session or not. And what came of what was sent. */

import type { OutcomeMessage } from '@rung/protocol/command.ts';
import type { PageAnswer } from '@rung/protocol/push.ts';
import { wallClock } from '@rung/sync/wall-clock.ts';
import type { KeptAnswer, Pager } from '../local/pager.ts';
import type { Settled } from '../local/rows.ts';
import { askAsDevice } from './as-device.ts';
import type { World } from './exchange.ts';

/** How long each way may take, ms: ten seconds in all. */
export const wayMs = 4000;

/** What the server said of it. */
export type Ruling = Pick<Settled, 'outcome' | 'code'>;

/** What became of several, by their uids. */
export type Sent = {
  readonly rulings: ReadonlyMap<string, Ruling>;
  /** See `Answered` (answers.ts); and why. */
  readonly refused: ReadonlyMap<string, string>;
  /** How many wait for a word; what could not be looked at counts as one that does. */
  readonly left: number;
};
export const nothing: Sent = { rulings: new Map(), refused: new Map(), left: 0 };
export const unseen: Sent = { ...nothing, left: 1 };

/** As one. */
export function joined(all: readonly Sent[]): Sent {
  return {
    rulings: new Map(all.flatMap(({ rulings }) => [...rulings])),
    refused: new Map(all.flatMap(({ refused }) => [...refused])),
    left: all.reduce((sum, { left }) => sum + left, 0),
  };
}

/** What it may say no with, and be asked again another day. */
const passing: readonly string[] = ['upgrade', 'conflict'];
/** What it says no with to this device: the next one of this browser may send what is kept. */
export const ofDevice: readonly string[] = [
  'wrong-credentials',
  'not-signed-in',
  'revoked',
  'forbidden',
];

/** One answer; `unseen` = it is to be tried again. */
export async function byDoor(
  pager: Pager,
  { uid, page, answer, at, seen }: Omit<KeptAnswer, 'answer'> & Pick<PageAnswer, 'answer'>,
  offset: number | null,
  world: World,
): Promise<Sent> {
  const now = wallClock(world.now());
  const body: PageAnswer = { uid, answer, at: wallClock(at), now, offset, seen: { ...seen } };
  const path = `/api/pages/${encodeURIComponent(page)}/answer` as const;
  const said = await askAsDevice(pager, world, 'POST', path, body, wayMs);
  if (said.kind === 'refused' && !passing.includes(said.code)) {
    return { ...nothing, refused: new Map([[uid, said.code]]) };
  }
  if (said.kind !== 'yes') return unseen;
  const { uid: of, outcome, code = null } = (said.content ?? {}) as Partial<OutcomeMessage>;
  if (of !== uid || outcome === undefined) return unseen;
  return { ...nothing, rulings: new Map([[uid, { outcome, code }]]) };
}
