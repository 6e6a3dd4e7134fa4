/**
 * A ticket, as its events say it is.
 *
 *     report ──▶ open ──ack──▶ acknowledged ──work──▶ in-progress ──▶ resolved ──▶ closed
 *                 ▲ ◀──release──┘      │                  │               │           │
 *                 │                    └──── resolve ─────┴──▶            │           │
 *                 └───────────────────────── reopen ──────────────────────┴───────────┘
 *
 *     run:   active ──ack──▶ acked ──release──▶ active        (a new run per trigger; the one before is over)
 *              └──last rung in vain──▶ exhausted ──ack──▶ acked        resolve, a new trigger ──▶ done
 *
 * A transfer is a new trigger, too: the ticket is open again, and another team's.
 *
 * Invariants: 1. the state is a function of the events alone (evolve.ts); 2. `generation` counts (re)triggers and
 * never goes back; 3. on the server an open ticket always stands with a team and is pinned to a policy version;
 * 4. it has one owner, or an active run, or an exhausted one with its cadence; 5. `pages` holds the newest page of
 * each person, and who had to do with it before is kept once, so that its size is bounded by people and not by time.
 */

import type { Instant } from '../base/time.ts';
import type { Severity, TicketType } from '../directory/directory.ts';

/** Of a ticket that still needs somebody. */
export const openPhases = ['open', 'acknowledged', 'in-progress'] as const;
/** Of one that is over. */
export const overPhases = ['resolved', 'closed'] as const;
export const phases = [...openPhases, ...overPhases] as const;
export type Phase = (typeof phases)[number];

export type Ticket = {
  /** ULID, made on the device that reported it. */
  readonly id: string;
  readonly phase: Phase;
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
  /** The generation in which it came to its team: what was said of an older one was said to another team. */
  readonly teamGeneration: number;
  /** Teams that it left, each once, the last at the end: whoever is of one may still answer what he saw until then. */
  readonly formerTeams: readonly Former<'team'>[];
  /** "<policy>@<version>" of the newest run; null = the server has not routed it yet. */
  readonly policyVersion: string | null;
  readonly reportedBy: string;
  readonly reportedAt: Instant;
  /** Person key of who is accountable; null = nobody has it (any more). */
  readonly owner: string | null;
  /** When it was known who has it, or that nobody has it any more; null = nobody ever had it. */
  readonly ownedSince: Instant | null;
  /** When the client first heard of us: somebody had it, or wrote to him. null = not yet. */
  readonly respondedAt: Instant | null;
  /** Who had it before it expired or was reopened: the one to ask first. */
  readonly formerOwner: string | null;
  /** Others who said that they have it too, in that order. */
  readonly coResponders: readonly string[];
  /** When the owner is asked whether he is still on it. null = nobody has it, or it never expires. */
  readonly expiry: Expiry | null;
  readonly run: Run | null;
  readonly pages: readonly Page[];
  /** Who else keeps sight of it: was told without being asked to act, or had it, since it was reported or last reopened; each once. */
  readonly informed: readonly string[];
  /** Who lost sight of it when it was last reopened or put away, each once: the same holds for them. */
  readonly formerAudience: readonly Former<'person'>[];
  readonly resolvedAt: Instant | null;
  /** The times when it was solved and came back, one for each reopening. */
  readonly solvedBefore: readonly { readonly from: Instant; readonly until: Instant }[];
  /** What the client is promised; null = nothing. */
  readonly promise: Promises | null;
  /** null = it is not closed. */
  readonly closedAt: Instant | null;
  /** Closed so long ago that it is personal to nobody any more but its reporter (access/scopes.ts). */
  readonly isPutAway: boolean;
};

/** What the contract promises of a ticket, as moments: `by` when, and when it was kept (null = not yet). A part is null where nothing is promised. */
export type Promises = {
  readonly firstResponse: { readonly by: Instant; readonly metAt: Instant | null } | null;
  /** `from`: when its time began. null also while it is solved: nobody waits for an update. */
  readonly nextUpdate: { readonly by: Instant; readonly from: Instant } | null;
  readonly resolution: { readonly by: Instant; readonly metAt: Instant | null } | null;
};

/** Who could read it, by key, and up to which generation. */
export type Former<Who extends 'team' | 'person'> = { readonly [W in Who]: string } & {
  readonly until: number;
};

export type Expiry = {
  readonly dueAt: Instant;
  /** "Still on it?" was asked; `dueAt` is when the answer is overdue. */
  readonly isAsked: boolean;
};

/** One place of a run: the owner asked first, a step of the ladder, or the fallback once the ladder is exhausted. */
export type Rung =
  | { readonly kind: 'owner' }
  /** Both count from 1. */
  | { readonly kind: 'step'; readonly lap: number; readonly step: number }
  /** `time` counts the fallback's pages of this run from 1. */
  | { readonly kind: 'fallback'; readonly time: number; readonly withAdmins: boolean };

/** One execution of the response ladder. */
export type Run = {
  /** Counts the ticket's runs from 1. */
  readonly n: number;
  readonly generation: number;
  readonly state: 'active' | 'acked' | 'exhausted' | 'done';
  /** The rung that fires next, and when. null = the run waits for nothing: somebody has it, or it is over. */
  readonly armed: { readonly rung: Rung; readonly dueAt: Instant } | null;
  /** The rung that fired last, by which event. null = none did. */
  readonly fired: { readonly rung: Rung; readonly seq: number } | null;
  /** The step of the ladder that fired last, in this run or the one it went on from; null = none did. */
  readonly reached: { readonly lap: number; readonly step: number } | null;
  /** Who took his acknowledgement back: this run asks him no more. */
  readonly released: readonly string[];
};

/** A demand on one person to act. */
export type Page = {
  /** `<ticket>.<seq>.<n>`: the n-th page of the event that made it. */
  readonly id: string;
  readonly person: string;
  readonly at: Instant;
  /** When the person was first paged since the ticket was reported or last reopened. */
  readonly firstAt: Instant;
  readonly run: number;
  readonly generation: number;
  readonly severity: Severity;
  /** Sequence number of the event that made it. */
  readonly seq: number;
  /** On which lap of the ladder; null = not by a step. */
  readonly lap: number | null;
  readonly state: 'open' | 'acked' | 'declined' | 'superseded' | 'unreachable';
};

/** How long a resolved ticket can be reopened, ms; then it closes by itself. */
export const reopenWindowMs = 72 * 60 * 60 * 1000;

/** How long a closed ticket stays personal to whoever had to do with it, ms; then it is put away. */
export const putAwayAfterMs = 72 * 60 * 60 * 1000;

/** Rises when the same events fold to something else, so that a stored fold tells which rules made it. */
export const foldVersion = 4;

/** Whether it still needs somebody. */
export function isOpen({ phase }: Pick<Ticket, 'phase'>): boolean {
  return phase !== 'resolved' && phase !== 'closed';
}

/** Whether this person said that he has it, and was not contradicted since. */
export function has(ticket: Pick<Ticket, 'owner' | 'coResponders'>, person: string): boolean {
  return ticket.owner === person || ticket.coResponders.includes(person);
}

const vain: readonly (string | null)[] = ['stale', 'raised', 'expired'];

/** Whether an acknowledgement of this effect (late-ack.ts) was noted and stopped nothing. */
export const isInVain = (effect: string | null): boolean => vain.includes(effect);

/** Whether nobody has it and its run has yet to begin on the server: on a phone, what was reported, passed on or reopened there. */
export function isUnbegun({ phase, owner, run }: Pick<Ticket, 'phase' | 'owner' | 'run'>): boolean {
  return isOpen({ phase }) && owner === null && (run === null || run.state === 'done');
}

/** Whether its response run is still looking for somebody. */
export function isSeeking({ run }: Pick<Ticket, 'run'>): boolean {
  return run?.state === 'active' || run?.state === 'exhausted';
}

/** Whether "still on it?" still waits for an answer: the owner was asked, or others are asked because he was silent. */
export function isWaitingForSign(ticket: Ticket): boolean {
  return isOpen(ticket) && (ticket.expiry?.isAsked === true || isSeeking(ticket));
}

/** The person's page that still waits for an answer, or was thought unreachable; null = he has none. */
export function pageOf({ pages }: Pick<Ticket, 'pages'>, person: string): Page | null {
  return pages.find((page) => page.person === person && isUnanswered(page)) ?? null;
}

/** An unreachable person may still answer: a late receipt or answer revives his page. */
export function isUnanswered({ state }: Pick<Page, 'state'>): boolean {
  return state === 'open' || state === 'unreachable';
}

/** Whether `severity` is worse than `than`. */
export function isWorse(severity: Severity, than: Severity): boolean {
  return severity < than;
}
