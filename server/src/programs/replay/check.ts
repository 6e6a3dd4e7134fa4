/**
 * What a ticket's log says about the engine that wrote it, read anew from the stored events: nothing here uses the
 * engine, the fold or their counters (docs/replay.md, "The check").
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { RungArmed, RungFired, RunStarted, TicketEvent } from '@rung/domain/ticket/events.ts';
import type { PageRow } from '../../db/pages.ts';

export type Findings = {
  /** The same rung of a run fired twice: a step of the same lap, the owner, a time of the fallback. */
  readonly doubleSteps: number;
  /** Something was armed, and by its instant neither was done, nor stopped; or a run waited for nothing. */
  readonly missedSteps: number;
  /** Pages to somebody after the answer that stopped the run, in the same generation. */
  readonly pagesAfterAck: number;
  readonly stepsFired: number;
  readonly stepsLate: number;
  /** By what asked for them: `owner`, `step 1` …, `fallback`, `raised`. */
  readonly pagesByTier: Readonly<Record<string, number>>;
};

/** `endAt`: everything up to this instant was done when the log was read. */
export function checkLog(events: readonly TicketEvent[], endAt: Instant): Findings {
  const check = new Check();
  for (const [n, event] of events.entries()) check.read(event, events[n + 1] ?? null);
  check.timeTo(endAt + 1);
  return check.found;
}

/** How many pages are kept that no event made, or made by an event and not kept. */
export function strayPages(events: readonly TicketEvent[], kept: readonly PageRow[]): number {
  const made = new Set(
    events.flatMap((event) =>
      pagesOf(event).map((person, n) =>
        [`${event.ticket}.${event.seq}.${n + 1}`, person, event.recordedAt].join(' '),
      ),
    ),
  );
  const found = kept.map(({ id, person, createdAt }) => [id, person, createdAt].join(' '));
  return found.filter((page) => !made.delete(page)).length + made.size;
}

function pagesOf(event: TicketEvent): readonly string[] {
  if (event.name === 'paged') return [event.args.person];
  return event.name === 'rung-fired' ? event.args.pages.map(({ person }) => person) : [];
}

const hour = 60 * 60_000;
/** How long a closed ticket waits. Written anew here, as everything that is checked. */
const hoursToPutAway = 72;

/** One pass over a log. Of what the rules promise it keeps only what the next event can break. */
class Check {
  readonly #counts = {
    doubleSteps: 0,
    missedSteps: 0,
    pagesAfterAck: 0,
    stepsFired: 0,
    stepsLate: 0,
  };
  readonly #tiers: Record<string, number> = {};
  readonly #fired = new Set<string>();
  #lastFired = '';
  #at = 0;
  /** Somebody is wanted: reported, or triggered anew, and not answered since. */
  #isSeeking = false;
  #armed: RungArmed['args'] | null = null;
  /** When "still on it?" is to be asked, or its answer is overdue. */
  #expiresAt: Instant | null = null;
  #isAsked = false;
  /** When a closed ticket is to be put away; null = it is not closed, or was. */
  #putAwayAt: Instant | null = null;
  /** What should have come did not: that was counted, and nothing more is expected until something is armed. */
  #isLost = false;
  /** Who lost what he had acknowledged before its time; whether that was right is seen by whether he is paged. */
  #lapsed: string | null = null;
  /** The step that the run got to, in it or in the one it went on from. */
  #reached: RunStarted['args']['reached'] = null;
  /** A step was missed: what comes after it does not follow from the last that fired. */
  #isGap = false;

  get found(): Findings {
    return { ...this.#counts, pagesByTier: this.#tiers };
  }

  /** Time has come to this instant: whatever was to be done before it is done. */
  timeTo(at: Instant): void {
    if (this.#armed !== null && at > this.#armed.dueAt) {
      this.#missArmed();
      this.#isLost = true;
    }
    if (this.#expiresAt !== null && at > this.#expiresAt) {
      this.#miss();
      this.#expiresAt = null;
    }
    if (this.#putAwayAt !== null && at > this.#putAwayAt) {
      this.#miss();
      this.#putAwayAt = null;
    }
    // Whoever seeks waits for something, from the instant on at which he began.
    if (at > this.#at && this.#isSeeking && this.#armed === null && !this.#isLost) {
      this.#miss();
      this.#isLost = true;
    }
    this.#at = at;
  }

  read(event: TicketEvent, next: TicketEvent | null): void {
    this.timeTo(event.recordedAt);
    // Right where he was disabled: then nobody pages him.
    const isTooEarly =
      event.name === 'ack-expired' &&
      !this.#isSeeking &&
      (!this.#isAsked || this.#expiresAt === null || this.#at < this.#expiresAt);
    const turn = turnOf(event, next);
    if (event.name === 'ack-expired') this.#lapsed = isTooEarly ? event.args.person : null;
    if (turn !== null) {
      this.#isSeeking = turn !== 'answered';
      if (turn === 'given-back') this.#fired.delete(this.#lastFired);
      else this.#armed = null;
      this.#expiresAt = null;
      this.#isLost = false;
    }
    switch (event.name) {
      case 'run-started':
        this.#armed = null;
        this.#reached = event.args.reached;
        this.#isGap = false;
        break;
      case 'rung-armed':
        // Only what nobody of can answer, and a shift that is waited for, are armed in the place of something else.
        if (this.#armed !== null && event.args.because === 'delay') this.#missArmed();
        this.#armed = event.args;
        this.#isLost = false;
        break;
      case 'rung-fired':
        this.#fire(event.args);
        break;
      case 'paged':
        this.#page('raised', 1);
        break;
      case 'expiry-armed':
        this.#expiresAt = event.args.dueAt === null ? null : Math.max(event.args.dueAt, this.#at);
        this.#isAsked = false;
        break;
      case 'expiry-asked':
        if (event.args.dueAt === null) break;
        if (this.#expiresAt === null || this.#at < this.#expiresAt) this.#miss();
        this.#expiresAt = event.args.dueAt;
        this.#isAsked = true;
        break;
      case 'closed':
        this.#putAwayAt = this.#at + hoursToPutAway * hour;
        break;
      case 'reopened':
        if (event.args.effect === 'reopened') this.#putAwayAt = null;
        break;
      case 'put-away':
        if (this.#putAwayAt === null || this.#at < this.#putAwayAt) this.#miss();
        this.#putAwayAt = null;
        break;
      default:
    }
  }

  #fire({ run, rung, lateMs, pages }: RungFired['args']): void {
    const armed = this.#armed;
    const isIt =
      armed === null ||
      (armed.run === run &&
        armed.dueAt <= this.#at &&
        JSON.stringify(armed.rung) === JSON.stringify(rung));
    if (!isIt) this.#miss();
    this.#armed = null;
    if (rung.kind === 'owner' && pages.some(({ person }) => person === this.#lapsed)) {
      this.#counts.pagesAfterAck += pages.length;
    }
    this.#lapsed = null;
    this.#page(rung.kind === 'step' ? `step ${rung.step}` : rung.kind, pages.length);
    this.#lastFired = JSON.stringify([run, rung]);
    if (this.#fired.has(this.#lastFired)) this.#counts.doubleSteps += 1;
    this.#fired.add(this.#lastFired);
    if (rung.kind !== 'step') return;
    const isLeftOut = !this.#isGap && !isNextTo(this.#reached, rung);
    if (isLeftOut) this.#miss();
    this.#isGap = isLeftOut || !isIt;
    this.#reached = rung;
    this.#counts.stepsFired += 1;
    if (lateMs > 0) this.#counts.stepsLate += 1;
  }

  #page(tier: string, n: number): void {
    this.#tiers[tier] = (this.#tiers[tier] ?? 0) + n;
    if (!this.#isSeeking) this.#counts.pagesAfterAck += n;
  }

  #missArmed(): void {
    this.#miss();
    this.#armed = null;
  }

  #miss(): void {
    this.#counts.missedSteps += 1;
    this.#isGap = true;
  }
}

/** What the event does to who is wanted: somebody has it, somebody is wanted anew, whoever had it gave it back. */
function turnOf(
  event: TicketEvent,
  next: TicketEvent | null,
): 'answered' | 'triggered' | 'given-back' | null {
  switch (event.name) {
    case 'acknowledged':
    case 'progressed':
      return event.args.effect === 'acked' ? 'answered' : null;
    case 'resolved':
      return event.args.effect === 'resolved' ? 'answered' : null;
    case 'reported':
    case 'ack-expired':
      return 'triggered';
    case 'reopened':
      return event.args.effect === 'reopened' ? 'triggered' : null;
    case 'transferred':
      return event.args.effect === 'transferred' ? 'triggered' : null;
    case 'severity-changed':
      return event.args.to < event.args.from ? 'triggered' : null;
    case 'released':
      return isAskedAgain(next) ? 'given-back' : null;
    default:
      return null;
  }
}

/** Whether no step was left out: the one after, the first of the next lap, or the same once more for somebody else. */
function isNextTo(
  reached: RunStarted['args']['reached'],
  { lap, step }: { readonly lap: number; readonly step: number },
): boolean {
  if (reached === null) return lap === 1 && step === 1;
  if (lap === reached.lap) return step === reached.step || step === reached.step + 1;
  return lap === reached.lap + 1 && step === 1;
}

/** Where a helper has it after a release, or others are asked already, nothing is fired again. */
function isAskedAgain(next: TicketEvent | null): boolean {
  if (next?.name === 'rung-armed') return next.args.because === 'shift';
  return next?.name === 'rung-fired' || next?.name === 'exhausted';
}
