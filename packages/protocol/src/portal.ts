/** A ticket as its client sees it (domain's `portalView`): what was promised, where it stands, what was said. No name of ours. */

import { severities, ticketTypes } from '@rung/domain/directory/directory.ts';
import * as v from 'valibot';
import { instant, key, ulid } from './text.ts';

/** The four words that a client knows. `waiting`: for him. */
export const portalStates = ['received', 'in-work', 'waiting', 'solved'] as const;
export type PortalState = (typeof portalStates)[number];

/** Who did it: the reader, somebody else of his company, by name, or we, without one. */
export const portalAuthor = v.variant('who', [
  v.object({ who: v.literal('you') }),
  v.object({ who: v.literal('colleague'), name: v.string() }),
  v.object({ who: v.literal('us') }),
]);
export type PortalAuthor = v.InferOutput<typeof portalAuthor>;

/** A promise of the contract. `by` is when it must be kept; `metAt` null = it was not yet. */
const promised = v.object({ by: instant, metAt: v.nullable(instant) });

/** Commands that the reader can give to the ticket now. */
export const portalActs = ['comment', 'reopen'] as const;
export type PortalAct = (typeof portalActs)[number];

export const portalTicket = v.object({
  id: ulid,
  /** Drawn by the server; counts up from 1001. */
  number: v.number(),
  state: v.picklist(portalStates),
  type: v.picklist(ticketTypes),
  severity: v.picklist(severities),
  title: v.string(),
  description: v.string(),
  site: v.nullable(v.object({ key, name: v.string() })),
  reportedBy: portalAuthor,
  reportedAt: instant,
  /** Since when somebody has it; null = nobody has it. */
  hasItSince: v.nullable(instant),
  /** When the next of us is called unless somebody has it by then; null = nobody will be. */
  nextCallAt: v.nullable(instant),
  /** null = the contract promises nothing for this severity. Each part likewise. */
  promise: v.nullable(
    v.object({
      firstResponse: v.nullable(promised),
      nextUpdate: v.nullable(v.object({ by: instant })),
      resolution: v.nullable(promised),
    }),
  ),
});
export type PortalTicket = v.InferOutput<typeof portalTicket>;

/** One line of the public timeline. */
export const portalEntry = v.object({
  seq: v.number(),
  at: instant,
  author: portalAuthor,
  /** `taken`: somebody has it; `given-up`: nobody has it any more, and others are called. */
  what: v.picklist([
    'reported',
    'taken',
    'given-up',
    'commented',
    'severity-changed',
    'solved',
    'reopened',
    'closed',
  ]),
  /** What was said; of a changed severity the new one ("S1"); null = there are no words to it. */
  text: v.nullable(v.string()),
});
export type PortalEntry = v.InferOutput<typeof portalEntry>;

/** GET /api/portal: what the reader's company has (or only his own), the highest number first, at most 100; `before` as with tickets. */
export const portalList = v.object({
  tickets: v.array(portalTicket),
  /** There are older ones: ask again with `before` = the last number here. */
  hasMore: v.boolean(),
  /** The server's clock as it answered. */
  now: instant,
});
export type PortalList = v.InferOutput<typeof portalList>;

/** GET /api/portal/:id: the ticket and its public timeline, oldest first. */
export const portalWhole = v.object({
  ticket: portalTicket,
  entries: v.array(portalEntry),
  acts: v.array(v.picklist(portalActs)),
  now: instant,
});
export type PortalWhole = v.InferOutput<typeof portalWhole>;
