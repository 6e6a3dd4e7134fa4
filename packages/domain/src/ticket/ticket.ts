/**
 * A ticket, as its events say it is.
 *
 *     report ──▶ open
 *
 * Invariants: 1. the state is a function of the events alone (evolve.ts); 2. `generation` counts (re)triggers and
 * never goes back; 3. on the server an open ticket always stands with a team and is pinned to a policy version.
 */

import type { Instant } from '../base/time.ts';
import type { Severity, TicketType } from '../directory/directory.ts';

export type Ticket = {
  /** ULID, made on the device that reported it. */
  readonly id: string;
  readonly phase: 'open';
  /** 1 when reported, +1 at every (re)trigger. */
  readonly generation: number;
  readonly type: TicketType;
  readonly severity: Severity;
  readonly title: string;
  readonly description: string;
  /** Keys of the directory, as they stood when it was reported. */
  readonly client: string | null;
  readonly site: string | null;
  readonly asset: string | null;
  readonly category: string | null;
  /** null = the server has not routed it yet. */
  readonly team: string | null;
  /** "<policy>@<version>"; null = the server has not routed it yet. */
  readonly policyVersion: string | null;
  readonly reportedBy: string;
  readonly reportedAt: Instant;
};

/** Rises when the same events fold to something else, so that a stored fold tells which rules made it. */
export const foldVersion = 1;
