/** What holds where neither policy nor contract says otherwise (domain.md, section 4). Lengths in ms. */

import type { Severity } from '../directory/directory.ts';

const second = 1000;
const minute = 60 * second;

/** How often the ladder is climbed before it is exhausted, where its policy names no `laps`. */
export const lapsOf = { S1: 3, S2: 2, S3: 1, S4: 1 } as const satisfies Record<Severity, number>;

/** How long whoever had it before is asked alone. */
export const ownerFirstMs = 5 * minute;

/** How long "still on it?" waits for an answer. */
export const askForMs = 5 * minute;

/** Nobody is on call: a shift that begins within this is waited for. */
export const waitForShiftMs = 5 * minute;

/** More than this counts as late: the next rung counts from when this one fired, not from when it should have. */
export const toleratedMs = 30 * second;

/** How long a notification may show no sign of its person before the next contact method is tried. */
export const receiptWithinMs = {
  S1: 45 * second,
  S2: 2 * minute,
  S3: 10 * minute,
  S4: 10 * minute,
} as const satisfies Record<Severity, number>;
