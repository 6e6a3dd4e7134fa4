import type { Instant } from '../base/time.ts';
import type { Severity, TicketType } from '../directory/directory.ts';

/** Fact: a person reported it. */
export type Reported = {
  readonly name: 'reported';
  readonly args: {
    readonly type: TicketType;
    readonly severity: Severity;
    readonly title: string;
    readonly description: string;
    readonly site: string | null;
    readonly asset: string | null;
    readonly category: string | null;
    /** The team the reporter named. */
    readonly team: string | null;
    readonly reportedAt: Instant;
  };
};

/** Consequence: where the directory sent it (escalation/route.ts). */
export type Routed = {
  readonly name: 'routed';
  readonly args: {
    readonly team: string;
    readonly client: string | null;
    /** The site it is about: the one named, else the asset's. */
    readonly site: string | null;
    readonly policyVersion: string;
  };
};

export type Fact = Reported;
export type Consequence = Routed;

/** An entry of a ticket's log. */
export type TicketEvent = (Fact | Consequence) & {
  readonly ticket: string;
  /** Counts from 1 per ticket, without gaps. */
  readonly seq: number;
  /** Person key. */
  readonly by: string;
  readonly recordedAt: Instant;
  /** What the clock of the person's device said when he acted: a claim, never used to order. null = a consequence. */
  readonly claimedAt: Instant | null;
  /** A fact's: the uid of its command. A consequence's: `<ticket>.<seq>.<n>` of the event it followed from. */
  readonly cause: string;
};
