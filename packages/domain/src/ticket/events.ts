import type { Instant } from '../base/time.ts';
import type { Severity, TicketType } from '../directory/directory.ts';
import type { Attach, Seen } from './commands.ts';
import type { Promises, Rung } from './ticket.ts';

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

/**
 * What an acknowledgement did, by what the ticket had become when it arrived (domain.md, section 6, "Late ack").
 *
 * `acked` stopped the run; `joined`: somebody has it already, he helps; `renewed`: he had it already and still does;
 * `expired`: its time was over before it arrived; `raised`: the severity rose meanwhile, he is paged anew; `stale`: a newer
 * generation otherwise, it does not stop the new run; `ended`: the ticket was resolved or closed.
 */
export type AckEffect = 'acked' | 'joined' | 'renewed' | 'expired' | 'raised' | 'stale' | 'ended';

/** Fact: a person said that he has it. */
export type Acknowledged = {
  readonly name: 'acknowledged';
  readonly args: { readonly effect: AckEffect; readonly actedAt: Instant; readonly seen: Seen };
};

/** Fact: a person said no to his page. */
export type Declined = { readonly name: 'declined'; readonly args: { readonly page: string } };

/** Fact: whoever had it gave it back. */
export type Released = { readonly name: 'released'; readonly args: Readonly<Record<never, never>> };

/** `acked`: he had lost it, and has it again; `renewed`: he has it; `noted`: it stands in the log and changes nothing. */
export type ProgressEffect = 'acked' | 'renewed' | 'noted';

/** Fact: work went on. */
export type Progressed = {
  readonly name: 'progressed';
  readonly args: {
    readonly effect: ProgressEffect;
    readonly actedAt: Instant;
    readonly note: string;
  };
};

/** Fact: words that the client may read were added, by one of us or by the client's own people. */
export type Commented = {
  readonly name: 'commented';
  readonly args: {
    readonly actedAt: Instant;
    readonly note: string;
    /** Somebody of the client's wrote it, as the directory said then. */
    readonly isClients: boolean;
  };
};

/** Fact. Raised when `to` is worse than `from`, lowered when it is milder, only noted when they are the same. */
export type SeverityChanged = {
  readonly name: 'severity-changed';
  readonly args: { readonly from: Severity; readonly to: Severity; readonly reason: string };
};

/**
 * Fact: a person said that it is another team's. `noted`: it stood with that team already.
 *
 * It stands with that team at once, and a new run asks its people: nobody of them is asked first whether they take it.
 * Being offered, accepted, declined and bounced comes with acceptance (domain.md, section 6, "Functional transfer"): that
 * will stand before this event, which then says that it was accepted.
 */
export type Transferred = {
  readonly name: 'transferred';
  readonly args: {
    readonly effect: 'transferred' | 'noted';
    /** The team with which it stood; null = it was on its way to the server still. */
    readonly from: string | null;
    readonly team: string;
    /** Who had it, and has it no more: the owner, then who helped. */
    readonly had: readonly string[];
    readonly note: string;
  };
};

/** `proposed`: he acted on an older generation, somebody must look; `ended`: it was over already. */
export type ResolveEffect = 'resolved' | 'proposed' | 'ended';

/** Fact: a person said that it is solved. */
export type Resolved = {
  readonly name: 'resolved';
  readonly args: {
    readonly effect: ResolveEffect;
    readonly actedAt: Instant;
    readonly resolution: string;
  };
};

/** Fact by a person, consequence of time when the reopen window is over. */
export type Closed = { readonly name: 'closed'; readonly args: Readonly<Record<never, never>> };

/** Fact. `noted`: it was open already. */
export type Reopened = {
  readonly name: 'reopened';
  readonly args: { readonly effect: 'reopened' | 'noted'; readonly reason: string };
};

/** Fact: a person added a picture; its bytes may still be on his device. */
export type Attached = {
  readonly name: 'attached';
  readonly args: Omit<Attach['args'], 'ticket'> & { readonly actedAt: Instant };
};

/** Consequence: the bytes of a picture are here, and have the hash that was declared. */
export type Stored = {
  readonly name: 'stored';
  readonly args: { readonly file: string; readonly hash: string };
};

/** Consequence: where it stands by the directory, once it was reported or transferred (escalation/route.ts). */
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

/** Consequence: what is promised to the client from now on, all of it (promise/promise.ts). */
export type Promised = { readonly name: 'promised'; readonly args: Promises };

/** Consequence: a ladder begins to be climbed. The run before it is over. */
export type RunStarted = {
  readonly name: 'run-started';
  readonly args: {
    readonly run: number;
    readonly policyVersion: string;
    readonly because: 'reported' | 'raised' | 'lowered' | 'transferred' | 'expired' | 'reopened';
    /** Somebody has it already: nobody is paged unless he gives it back or lets it lapse. */
    readonly isAcked: boolean;
    /** Where the run before it had got to, when this one goes on from there; else null. */
    readonly reached: { readonly lap: number; readonly step: number } | null;
  };
};

/** Consequence: what fires next, and when. It replaces what was armed before. */
export type RungArmed = {
  readonly name: 'rung-armed';
  readonly args: {
    readonly run: number;
    readonly rung: Rung;
    readonly dueAt: Instant;
    /** `shift`: nobody is on call, and somebody will be at `dueAt`; `unanswered`: nobody of the rung before can answer. */
    readonly because: 'delay' | 'shift' | 'unanswered';
  };
};

/** Consequence: its people were paged. Neither pages nor kept = there was nobody to page. */
export type RungFired = {
  readonly name: 'rung-fired';
  readonly args: {
    readonly run: number;
    readonly rung: Rung;
    readonly plannedAt: Instant;
    /** How much too late, where that is more than 30 s; else 0. */
    readonly lateMs: number;
    readonly pages: readonly { readonly person: string; readonly isLoud: boolean }[];
    /** Of its people those who had been paged before and keep that page. */
    readonly kept: readonly string[];
  };
};

/** Consequence: the whole ladder was in vain. An alarm, not an end. */
export type Exhausted = { readonly name: 'exhausted'; readonly args: { readonly run: number } };

/** Consequence: one person is paged beside the ladder, because the severity rose above the one he acknowledged. */
export type Paged = {
  readonly name: 'paged';
  readonly args: { readonly person: string; readonly isLoud: boolean };
};

/** Consequence: when the owner is asked whether he is still on it. null = he is not. */
export type ExpiryArmed = {
  readonly name: 'expiry-armed';
  readonly args: { readonly dueAt: Instant | null };
};

/** Consequence: "still on it?" */
export type ExpiryAsked = {
  readonly name: 'expiry-asked';
  readonly args: {
    readonly person: string;
    /** When the answer is overdue; null = nothing follows, the run goes on anyway. */
    readonly dueAt: Instant | null;
  };
};

/** Consequence: he did not answer; nobody has it. */
export type AckExpired = {
  readonly name: 'ack-expired';
  readonly args: { readonly person: string };
};

/** Consequence: no contact method of the page's person works, or shows a sign of him. */
export type Unreachable = {
  readonly name: 'unreachable';
  readonly args: { readonly page: string };
};

/** Consequence: a late sign of the person of a page that was given up. What went on meanwhile stays. */
export type Revived = { readonly name: 'revived'; readonly args: { readonly page: string } };

/**
 * Consequence: people who need not act are told. `already-on-it`: somebody answered for it who did not know yet that it
 * was transferred; he may be on his way. `client-wrote`: the client added words.
 */
export type Informed = {
  readonly name: 'informed';
  readonly args: {
    readonly people: readonly string[];
    readonly why:
      | 'joined'
      | 'already-on-it'
      | 'raised'
      | 'proposed'
      | 'released'
      | 'transferred'
      | 'client-wrote';
  };
};

/** Consequence: it was closed long ago, and is nobody's affair any more (access/scopes.ts). */
export type PutAway = {
  readonly name: 'put-away';
  readonly args: Readonly<Record<never, never>>;
};

export type Fact =
  | Reported
  | Acknowledged
  | Declined
  | Released
  | Progressed
  | Commented
  | SeverityChanged
  | Transferred
  | Resolved
  | Closed
  | Reopened
  | Attached;
export type Consequence =
  | Routed
  | Promised
  | RunStarted
  | RungArmed
  | RungFired
  | Exhausted
  | Paged
  | ExpiryArmed
  | ExpiryAsked
  | AckExpired
  | Unreachable
  | Revived
  | Informed
  | Closed
  | PutAway
  | Stored;

/** Where an entry stands in a ticket's log, and what it came from. */
export type Envelope = {
  readonly ticket: string;
  /** Counts from 1 per ticket, without gaps. */
  readonly seq: number;
  /** Person key; of what time brought about, `engine`. */
  readonly by: string;
  readonly recordedAt: Instant;
  /** When the person acted, as far as his device can be believed (claimed-at.ts): shown, never used to order. null = a consequence. */
  readonly claimedAt: Instant | null;
  /** A fact's: the uid of its command. A consequence's: `<ticket>.<seq>.<n>` of the event it followed from. */
  readonly cause: string;
};

/** An entry of a ticket's log. */
export type TicketEvent = (Fact | Consequence) & Envelope;

/** Who does what nobody did. No person can have this key. */
export const engine = '@engine';
