import type { Instant } from '@rung/domain/base/time.ts';

/** Tells the time, in ms since 1970. The only source of "now" for everything the domain decides. */
export type Clock = { now(): Instant };

export const systemClock: Clock = { now: () => Date.now() };
