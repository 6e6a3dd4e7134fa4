import { createHash } from 'node:crypto';
import type { WholeTicket } from '../../db/everything.ts';

/**
 * SHA-256 over tickets as they come, each with its events and pages, as canonical JSON: the same for the same states,
 * whatever database they are kept in. Without what differs by nature: versions, sessions, leases, attempts.
 */
export function openStateHash() {
  const hash = createHash('sha256');
  return {
    add({ number, seq, ticket, events, pages }: WholeTicket): void {
      const sorted = {
        number,
        seq,
        ticket,
        events: events.toSorted((a, b) => a.seq - b.seq),
        pages: pages.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      };
      hash.update(canonical(sorted)).update('\n');
    },
    digest: (): string => hash.digest('hex'),
  };
}

/** JSON with the keys of every object sorted, by character. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
