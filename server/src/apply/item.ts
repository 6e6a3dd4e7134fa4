import type { Instant } from '@rung/domain/base/time.ts';
import type { Deadline } from '../db/due.ts';
import type { Effect, World } from './world.ts';

/** One thing to be done: what it needs loaded, and what it makes of the world. */
export type Item<Answer = unknown> = {
  readonly uid?: string;
  /** The device it comes from, and its place among that one's commands: locked before tickets. */
  readonly device?: { readonly id: string; readonly n: number };
  /** Other devices that it is about, by id: locked with them. */
  readonly devices?: readonly string[];
  /** Tickets that it changes: locked before anything is read. */
  readonly tickets?: readonly string[];
  readonly pages?: readonly string[];
  readonly notifications?: readonly string[];
  readonly files?: readonly string[];
  /** Contact methods, by id, with the checks that they have yet to show. */
  readonly methods?: readonly string[];
  /** People all of whose contact methods it needs. */
  readonly people?: readonly string[];
  /** Push services of which it must know when they were told of last. */
  readonly hosts?: readonly string[];
  /** The deadline that is due. */
  readonly due?: Deadline;
  readonly isEdit?: boolean;
  /** The instant as of which it must know the directory; null = only as it is now. */
  asOf?(world: World): Instant | null;
  /** Pure; what it throws is a defect of ours, and then it has no effect. */
  apply(world: World): { readonly answer: Answer; readonly effect: Effect };
  /** What is written when `apply` throws, or the database refuses what it made. */
  fault?(world: World, error: unknown): Effect;
};
