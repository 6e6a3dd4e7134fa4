/**
 * The response ladder of a ticket as a screen draws it: what fired, what is live, what comes (docs/escalation.md, "The
 * ladder on a screen"). It reads what a device holds, and says what that device cannot know.
 */

import type { Instant } from '../base/time.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { isOpen, isSeeking, type Ticket } from '../ticket/ticket.ts';
import { type NextThing, nextThing } from '../ticket/queue.ts';
import type { Target } from '../directory/directory.ts';
import { type Known, stepTargets } from './known-targets.ts';
import { type Coming, whatComes } from './what-comes.ts';
import { type FactRow, type FiredRow, type Story, whatFired } from './what-fired.ts';

/** What a ladder is drawn from. */
export type Drawn = {
  /** The ticket as the screen shows it. */
  readonly state: Ticket;
  /** Its log by number, what waits on this device last; a part of it, or nothing, where the device holds no more. */
  readonly log: readonly { readonly event: TicketEvent; readonly isWaiting: boolean }[];
  readonly known: Known;
  /** The server's clock. */
  readonly now: Instant;
  /** The server's clock at the last contact, where there is none now; null = there is. */
  readonly asOf: Instant | null;
};

export type Row =
  | FactRow
  /** `targets`: whom its step names; of other rungs none. */
  | (FiredRow & { readonly targets: readonly Target[] })
  | { readonly kind: 'earlier'; readonly n: number }
  | { readonly kind: 'as-of'; readonly at: Instant }
  /** `wasDue`: its instant passed since this device heard anything, so it may have fired. */
  | (Coming & { readonly kind: 'planned'; readonly wasDue: boolean })
  /** A further lap, in one line. `at` null = it cannot be reckoned here. */
  | {
      readonly kind: 'lap';
      readonly lap: number;
      readonly laps: number;
      readonly at: Instant | null;
    }
  /** Who has it. `until`: when he is asked whether he still is; null = never, or he was. */
  | {
      readonly kind: 'holder';
      readonly person: string;
      readonly helpers: readonly string[];
      readonly until: Instant | null;
      readonly wasDue: boolean;
    };

/** `starts`: paging begins once the server has it; `begins`: the server has it, and pages at once. */
export type Next =
  | { readonly kind: 'starts' | 'begins' | 'nothing' | 'over' }
  | (Pick<Coming, 'people' | 'isWhole' | 'rung' | 'because'> & {
      readonly kind: 'page';
      readonly at: Instant;
    })
  | {
      readonly kind: Exclude<NextThing['what'], 'page'>;
      readonly at: Instant;
      /** Whom it is about; null = nobody. */
      readonly person: string | null;
    };

export type LadderView = {
  readonly rows: readonly Row[];
  /** The row from which it climbs now, and between which instants; null = nothing counts down. */
  readonly live: { readonly row: number; readonly from: Instant; readonly to: Instant } | null;
  readonly next: Next;
  /** The instant of `next` passed since this device heard anything. */
  readonly wasDue: boolean;
  /**
   * Names of what waits on this device and would change whom the server pages: it does not know it yet, and goes on as if
   * it were not. An update or a picture stops nothing.
   */
  readonly waiting: readonly TicketEvent['name'][];
};

const hour = 3_600_000;
/** More than fit on a screen, and fewer than never end. */
const mostPlanned = 12;

/** Total: whatever log, whatever the device does not hold. */
export function ladderView(drawn: Drawn): LadderView {
  const { log, known, now, asOf } = drawn;
  const waiting = log.flatMap(({ event, isWaiting }) => (isWaiting ? [event] : []));
  const { story, ticket } = storyOf(drawn, waiting);
  const names = waiting.filter(changesPaging).map(({ name }) => name);
  if (ticket === null) {
    const rows = waiting.flatMap(waitingReport);
    return { rows, live: null, next: { kind: 'starts' }, wasDue: false, waiting: names };
  }
  const past = withWaiting(withEarlier(story).map(named(ticket, known)), waiting);
  const coming = isSeeking(ticket) && isOpen(ticket) ? planned(ticket, story, drawn) : [];
  const next = nextOf(ticket, known, story.because);
  const at = 'at' in next ? next.at : null;
  const wasDue = asOf !== null && at !== null && at <= now;
  const from = startOf(past.at(-1));
  const isLive = at !== null && !wasDue && isOpen(ticket) && next.kind !== 'ask';
  return {
    rows: [
      ...past,
      ...(asOf === null ? [] : [{ kind: 'as-of', at: asOf } as const]),
      ...holder(ticket, drawn),
      ...coming,
    ],
    live: isLive && from !== null ? { row: past.length - 1, from, to: at } : null,
    next,
    wasDue,
    waiting: names,
  };
}

function changesPaging(event: TicketEvent): boolean {
  if (event.name === 'progressed') return event.args.effect === 'acked';
  return event.name !== 'attached' && event.name !== 'commented';
}

/** What the server does next by itself. `because`: why the armed rung is armed. */
function nextOf(ticket: Ticket, known: Known, because: Coming['because'] = 'delay'): Next {
  if (ticket.phase === 'closed') return { kind: 'over' };
  if (isOpen(ticket) && ticket.run === null) return { kind: 'begins' };
  const thing = nextThing(ticket);
  if (thing === null) return { kind: 'nothing' };
  const { what, at } = thing;
  if (what !== 'page') return { kind: what, at, person: ticket.owner };
  const { value: first } = whatComes(ticket, known, because).next();
  if (first === undefined) return { kind: 'begins' };
  const { people, isWhole, rung } = first;
  return { kind: 'page', at, people, isWhole, rung, because };
}

/** The log where the device holds the whole of it, else what the state alone tells. */
function storyOf({ log, state }: Drawn, waiting: readonly TicketEvent[]) {
  const confirmed = log.flatMap(({ event, isWaiting }) => (isWaiting ? [] : [event]));
  const isUnsent = confirmed.length === 0 && waiting[0]?.name === 'reported';
  const isWhole = confirmed.length > 0 && confirmed.every(({ seq }, n) => seq === n + 1);
  const story = isUnsent || isWhole ? whatFired(confirmed) : fromState(state);
  return { story, ticket: story.ticket };
}

function fromState(ticket: Ticket): Story {
  const { reportedBy, reportedAt, run, pages } = ticket;
  const fired = run?.fired ?? null;
  const asked = pages.filter(({ seq }) => seq === fired?.seq);
  const at = asked[0]?.at ?? null;
  return {
    ticket,
    earlier: 0,
    because: 'delay',
    rows: [
      { kind: 'reported', by: reportedBy, at: reportedAt, knownAt: reportedAt, isWaiting: false },
      ...(fired === null || at === null
        ? []
        : [
            {
              kind: 'fired',
              rung: fired.rung,
              at,
              plannedAt: at,
              lateMs: 0,
              because: 'delay',
              asked: asked.map(({ person, id, state }) => ({
                person,
                page: id,
                isLoud: true,
                isKept: false,
                answer:
                  state === 'open' ? null : { kind: state, at, knownAt: at, isWaiting: false },
              })),
            } as const,
          ]),
    ],
  };
}

function waitingReport(event: TicketEvent): readonly FactRow[] {
  if (event.name !== 'reported') return [];
  const { by, recordedAt: knownAt } = event;
  return [{ kind: 'reported', by, at: event.args.reportedAt, knownAt, isWaiting: true }];
}

function named(ticket: Ticket, known: Known) {
  return (row: FiredRow | Row): Row => {
    if (row.kind !== 'fired') return row;
    return { ...row, targets: row.rung === null ? [] : stepTargets(ticket, row.rung, known) };
  };
}

function withEarlier({ rows, earlier }: Story): readonly (FiredRow | Row)[] {
  const at = rows.findIndex(({ kind }) => kind !== 'reported');
  if (earlier === 0 || at < 0) return rows;
  return [...rows.slice(0, at), { kind: 'earlier', n: earlier }, ...rows.slice(at)];
}

/** What was done here stands where it will stand, marked: the server has not heard it. */
function withWaiting(rows: readonly Row[], waiting: readonly TicketEvent[]): readonly Row[] {
  return waiting.reduce<readonly Row[]>((before, { name, by, recordedAt: at, claimedAt }) => {
    const when = { at: claimedAt ?? at, knownAt: at, isWaiting: true };
    if (name === 'released') return [...before, { kind: 'released', by, ...when }];
    if (name !== 'acknowledged' && name !== 'declined') return before;
    const isHis = (row: Row) =>
      row.kind === 'fired' &&
      row.asked.some(({ person, answer }) => person === by && isUnanswered(answer));
    const n = before.findLastIndex(isHis);
    if (n < 0) return name === 'declined' ? before : [...before, { kind: 'took', by, ...when }];
    const kind = name === 'declined' ? 'declined' : 'acked';
    return before.map((row, index) =>
      index === n && row.kind === 'fired'
        ? {
            ...row,
            asked: row.asked.map((one) =>
              one.person === by ? { ...one, answer: { kind, ...when } } : one,
            ),
          }
        : row,
    );
  }, rows);
}

function isUnanswered(answer: FiredRow['asked'][number]['answer']): boolean {
  return answer === null || answer.kind === 'unreachable';
}

/**
 * The rest of this lap, each further lap as one line, and the fallback once more than it was asked; for S1 everything that
 * happens within the next hour.
 */
function planned(ticket: Ticket, { because }: Story, { known, now, asOf }: Drawn): readonly Row[] {
  const rows: Row[] = [];
  let lapShown: number | null = null;
  let fallbacks = 0;
  for (const coming of whatComes(ticket, known, because)) {
    const { rung, at, laps } = coming;
    const isSoon = ticket.severity === 'S1' && at !== null && at <= now + hour;
    const wasDue = asOf !== null && at !== null && at <= now;
    if (rung.kind === 'step') lapShown ??= rung.lap;
    const isLater = rung.kind === 'step' && rung.lap !== lapShown && !isSoon;
    if (rung.kind === 'fallback' && fallbacks > 0 && !isSoon) break;
    if (rung.kind === 'fallback') fallbacks += 1;
    if (isLater && rung.step === 1) rows.push({ kind: 'lap', lap: rung.lap, laps, at });
    if (!isLater) rows.push({ ...coming, kind: 'planned', wasDue });
    if (rows.length >= mostPlanned) break;
  }
  return rows;
}

function holder(ticket: Ticket, { now, asOf }: Drawn): readonly Row[] {
  const { owner, coResponders, expiry } = ticket;
  if (!isOpen(ticket) || isSeeking(ticket) || owner === null) return [];
  const until = expiry === null || expiry.isAsked ? null : expiry.dueAt;
  const wasDue = asOf !== null && until !== null && until <= now;
  return [{ kind: 'holder', person: owner, helpers: coResponders, until, wasDue }];
}

function startOf(row: Row | undefined): Instant | null {
  if (row === undefined || !('at' in row) || row.at === null) return null;
  return 'knownAt' in row ? row.knownAt : row.at;
}
