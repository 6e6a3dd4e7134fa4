/** A ticket as colleagues read it over HTTP. Clients read it in the portal (portal.ts). */

import { severities, ticketTypes } from '@rung/domain/directory/directory.ts';
import { phases } from '@rung/domain/ticket/ticket.ts';
import * as v from 'valibot';
import { instant, key, ulid } from './text.ts';

export const ticketView = v.object({
  id: ulid,
  /** Drawn by the server; counts up from 1001. */
  number: v.number(),
  type: v.picklist(ticketTypes),
  severity: v.picklist(severities),
  title: v.string(),
  description: v.string(),
  phase: v.picklist(phases),
  /** Counts (re)triggers: what an acknowledgement says that it saw. */
  generation: v.number(),
  site: v.nullable(v.object({ key, name: v.string() })),
  /** null = the directory knows its team no more. */
  team: v.nullable(v.object({ key, name: v.string() })),
  reportedBy: v.object({ name: v.string() }),
  reportedAt: instant,
});
export type TicketView = v.InferOutput<typeof ticketView>;

/** Query of GET /api/tickets: only tickets with a number below this. */
export const ticketsBefore = v.optional(
  v.pipe(v.string(), v.regex(/^[1-9]\d{0,9}$/, 'is not a ticket number'), v.transform(Number)),
);

/** GET /api/tickets: what the reader may read, the highest number first, at most 100. */
export const ticketList = v.object({
  tickets: v.array(ticketView),
  /** There are older ones: ask again with `before` = the last number here. */
  hasMore: v.boolean(),
});
export type TicketList = v.InferOutput<typeof ticketList>;

/** GET /api/reference: the names a report form offers, as far as the reader may see them; each sorted by name. */
export const reference = v.object({
  sites: v.array(v.object({ key, name: v.string(), client: v.string() })),
});
export type ReferenceView = v.InferOutput<typeof reference>;

/** GET /api/tickets/:id/timeline, for colleagues: who has it, what comes next, and its whole log, oldest first. */
export const timeline = v.object({
  owner: v.nullable(key),
  coResponders: v.array(key),
  /** When the owner will be asked whether he is still on it. */
  expiresAt: v.nullable(instant),
  run: v.nullable(
    v.object({
      n: v.number(),
      state: v.picklist(['active', 'acked', 'exhausted', 'done']),
      /** What fires next: `owner`, `<lap>.<step>`, or `fallback <time>`. */
      next: v.nullable(v.object({ rung: v.string(), dueAt: instant })),
    }),
  ),
  pages: v.array(v.object({ id: v.string(), person: key, at: instant, state: v.string() })),
  events: v.array(
    v.object({
      seq: v.number(),
      name: v.string(),
      by: v.string(),
      recordedAt: instant,
      claimedAt: v.nullable(instant),
      args: v.looseObject({}),
    }),
  ),
});
export type Timeline = v.InferOutput<typeof timeline>;
