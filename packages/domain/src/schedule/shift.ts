import type { Instant } from '../base/time.ts';

/** Somebody's turn, from `from` until just before `to`. */
export type Shift = { readonly from: Instant; readonly to: Instant; readonly person: string };
