/** What a ticket's log says of its ladder: the newest run rung by rung, with what became of each page. */

import type { Instant } from '../base/time.ts';
import type { RungArmed, RungFired, RunStarted, TicketEvent } from '../ticket/events.ts';
import { evolve } from '../ticket/evolve.ts';
import type { Page, Rung, Ticket } from '../ticket/ticket.ts';

/** What became of a page. `replaced`: nobody answered, and a newer page of its person took its place. */
export type Answer = {
  readonly kind: 'acked' | 'declined' | 'unreachable' | 'superseded' | 'replaced';
  /** When its person acted, as far as that can be believed; else when it was known. */
  readonly at: Instant;
  readonly knownAt: Instant;
  /** It was given on this device, and the server has not heard it. */
  readonly isWaiting: boolean;
};

export type AskedPerson = {
  readonly person: string;
  /** Id of his page. */
  readonly page: string;
  readonly isLoud: boolean;
  /** He had been paged before, and keeps that page. */
  readonly isKept: boolean;
  readonly answer: Answer | null;
};

type By = { readonly by: string; readonly at: Instant; readonly knownAt: Instant };

export type FiredRow = {
  readonly kind: 'fired';
  /** null = one person was paged beside the ladder. */
  readonly rung: Rung | null;
  readonly at: Instant;
  readonly plannedAt: Instant;
  readonly lateMs: number;
  readonly because: RungArmed['args']['because'];
  readonly asked: readonly AskedPerson[];
};

export type FactRow =
  | (By & { readonly kind: 'reported'; readonly isWaiting: boolean })
  /** A new run. `by`: who brought it about; where an acknowledgement expired, whose it was. */
  | (By & { readonly kind: 'began'; readonly because: RunStarted['args']['because'] })
  /** Somebody who had not been paged on this run has it, or helps. */
  | (By & { readonly kind: 'took'; readonly isWaiting: boolean })
  /** An acknowledgement that came too late to stop this run. */
  | (By & { readonly kind: 'late' })
  | (By & { readonly kind: 'released'; readonly isWaiting: boolean })
  /** "Still on it?" `dueAt`: when the answer is overdue; null = nothing follows. */
  | {
      readonly kind: 'still-on-it';
      readonly person: string;
      readonly at: Instant;
      readonly dueAt: Instant | null;
    }
  | (By & { readonly kind: 'over'; readonly what: 'resolved' | 'closed' });

export type Story = {
  /** As the server has it; null = it has not heard of it. */
  readonly ticket: Ticket | null;
  readonly rows: readonly (FiredRow | FactRow)[];
  /** How many people were paged in runs before the newest, each time counted. */
  readonly earlier: number;
  /** Why the armed rung is armed. */
  readonly because: RungArmed['args']['because'];
};

const nothing: Story = { ticket: null, rows: [], earlier: 0, because: 'delay' };

/** The story that the confirmed part of a log tells. Total: an event that only a newer server knows tells nothing. */
export function whatFired(log: readonly TicketEvent[]): Story {
  return log.reduce(told, nothing);
}

function told(before: Story, event: TicketEvent): Story {
  const ticket = after(before.ticket, event);
  const turned = answered(before, event, ticket);
  switch (event.name) {
    case 'run-started': {
      const rows = [...turned.rows];
      const trigger = rows.findLast((row) => row.kind === 'began');
      const reported = rows.filter((row) => row.kind === 'reported');
      const paged = rows.flatMap((row) => (row.kind === 'fired' ? row.asked : []));
      const began =
        event.args.because === 'reported'
          ? []
          : [{ ...(trigger ?? by(event)), kind: 'began', because: event.args.because } as const];
      const earlier = turned.earlier + paged.filter(({ isKept }) => !isKept).length;
      return { ticket, rows: [...reported, ...began], earlier, because: 'delay' };
    }
    case 'rung-armed':
      return { ...turned, because: event.args.because };
    case 'rung-fired':
      return added(turned, fired(event, event.args, ticket, turned.because));
    case 'paged': {
      const { person, isLoud } = event.args;
      const asked = [page(event, { person, isLoud }, 0)];
      const row = { rung: null, at: event.recordedAt, plannedAt: event.recordedAt, lateMs: 0 };
      return added(turned, { ...row, kind: 'fired', because: 'delay', asked });
    }
    default:
      return rowsOf(event, turned).reduce(added, turned);
  }
}

/** What the event adds besides pages and answers. */
function rowsOf(event: TicketEvent, turned: Story): readonly FactRow[] {
  switch (event.name) {
    case 'reported':
      return [{ ...by(event), at: event.args.reportedAt, kind: 'reported', isWaiting: false }];
    // Until its run starts, this is its trigger.
    case 'severity-changed':
      return event.args.from === event.args.to
        ? []
        : [{ ...by(event), kind: 'began', because: 'raised' }];
    case 'transferred':
      return event.args.effect === 'noted'
        ? []
        : [{ ...by(event), kind: 'began', because: 'transferred' }];
    case 'reopened':
      return event.args.effect === 'noted'
        ? []
        : [{ ...by(event), kind: 'began', because: 'reopened' }];
    case 'ack-expired':
      return [{ ...by(event), by: event.args.person, kind: 'began', because: 'expired' }];
    case 'acknowledged':
    case 'progressed': {
      const { effect } = event.args;
      if (effect === 'expired' || effect === 'stale' || effect === 'raised')
        return [{ ...by(event), kind: 'late' }];
      if (effect !== 'acked' && effect !== 'joined') return [];
      const isAnswer = turned.rows.some((row) => isAckedIn(row, event));
      return isAnswer ? [] : [{ ...by(event), kind: 'took', isWaiting: false }];
    }
    case 'released':
      return [{ ...by(event), kind: 'released', isWaiting: false }];
    case 'expiry-asked': {
      const { person, dueAt } = event.args;
      return [{ kind: 'still-on-it', person, at: event.recordedAt, dueAt }];
    }
    case 'resolved':
      return event.args.effect === 'resolved'
        ? [{ ...by(event), kind: 'over', what: 'resolved' }]
        : [];
    case 'closed':
      return [{ ...by(event), kind: 'over', what: 'closed' }];
    default:
      return [];
  }
}

function isAckedIn(row: FiredRow | FactRow, { by: person, recordedAt }: TicketEvent): boolean {
  if (row.kind !== 'fired') return false;
  return row.asked.some(
    (one) =>
      one.person === person && one.answer?.kind === 'acked' && one.answer.knownAt === recordedAt,
  );
}

/** The ticket with the event; what these rules do not know changes nothing. */
function after(ticket: Ticket | null, event: TicketEvent): Ticket | null {
  try {
    return evolve(ticket, event);
  } catch {
    return ticket;
  }
}

/** The rows, with what the event made of each page: what the fold says, so that there is no second rule for it. */
function answered(story: Story, event: TicketEvent, ticket: Ticket | null): Story {
  const was = new Map(story.ticket?.pages.map((one) => [one.id, one.state]));
  const is = new Map(ticket?.pages.map((one) => [one.id, one.state]));
  const turns = new Map<string, Answer | null>();
  for (const [id, state] of was) {
    const now = is.get(id);
    if (now === state) continue;
    turns.set(id, now === undefined ? ended(state, event) : answerOf(now, event));
  }
  if (turns.size === 0) return { ...story, ticket };
  const rows = story.rows.map((row) => {
    if (row.kind !== 'fired') return row;
    const asked = row.asked.map((one) => {
      const turn = turns.get(one.page);
      // What somebody answered stays, whatever replaces his page.
      const isKept = turn === undefined || (turn?.kind === 'replaced' && one.answer !== null);
      return isKept ? one : { ...one, answer: turn };
    });
    return { ...row, asked };
  });
  return { ...story, ticket, rows };
}

function ended(state: Page['state'], event: TicketEvent): Answer {
  const kind = state === 'unreachable' ? state : 'replaced';
  return { kind, at: event.recordedAt, knownAt: event.recordedAt, isWaiting: false };
}

function answerOf(state: Page['state'], event: TicketEvent): Answer | null {
  if (state === 'open') return null;
  const { recordedAt: knownAt } = event;
  const isHis = state === 'acked' || state === 'declined';
  return { kind: state, at: isHis ? by(event).at : knownAt, knownAt, isWaiting: false };
}

function fired(
  event: TicketEvent,
  { rung, plannedAt, lateMs, pages, kept }: RungFired['args'],
  ticket: Ticket | null,
  because: FiredRow['because'],
): FiredRow {
  const keptPages = kept.map((person) => {
    const id = ticket?.pages.find((one) => one.person === person)?.id ?? '';
    return { person, page: id, isLoud: true, isKept: true, answer: null };
  });
  const asked = [...pages.map((one, n) => page(event, one, n)), ...keptPages];
  return { kind: 'fired', rung, at: event.recordedAt, plannedAt, lateMs, because, asked };
}

function page(
  { ticket, seq }: TicketEvent,
  { person, isLoud }: { readonly person: string; readonly isLoud: boolean },
  n: number,
): AskedPerson {
  return { person, page: `${ticket}.${seq}.${n + 1}`, isLoud, isKept: false, answer: null };
}

function by(event: TicketEvent): By {
  const { recordedAt: knownAt, claimedAt } = event;
  return { by: event.by, at: claimedAt ?? knownAt, knownAt };
}

function added(story: Story, row: FiredRow | FactRow): Story {
  return { ...story, rows: [...story.rows, row] };
}
