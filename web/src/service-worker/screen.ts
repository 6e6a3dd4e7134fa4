/** What is shown is shown one after the other: each must find what stands there, and what was remembered a moment ago. */

import { wellInTime } from '../lib/sync/in-time.ts';
import { world } from './world.ts';

let turn: Promise<unknown> = Promise.resolve();
/** But none waits for ever for one that hangs, ms. */
const turnMs = 3000;

export function oneByOne<Value>(run: () => Promise<Value>): Promise<Value> {
  const running = turn.then(run);
  turn = wellInTime(running, turnMs, world.later);
  return running;
}
