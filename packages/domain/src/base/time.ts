/** A moment: whole milliseconds since 1970-01-01T00:00:00Z. Stored as an integer in both databases. */
export type Instant = number;
