/** The database did not answer in time or cannot write. The same, with the same uid, may be tried again: it counts once. */
export class Busy extends Error {}

/** What was loaded changed between computing and writing: nothing was written; load and compute again. */
export class Moved extends Error {}

/** Somebody else has one of the item's tickets locked: nothing was done for it; ask again. */
export class Locked extends Error {}
