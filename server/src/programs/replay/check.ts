/**
 * What a ticket's log says about the engine that wrote it, read anew from the stored events: nothing here uses the
 * engine, the fold or their counters (docs/replay.md, "The check").
 */

import type { Instant } from '@rung/domain/base/time.ts';
import type { RungArmed, RungFired, TicketEvent } from '@rung/domain/ticket/events.ts';

export type Findings = {
  /** The same step of the same lap of a run fired twice. */
  readonly doubleSteps: number;
  /** Something was armed, and neither fired, nor was stopped or armed anew, by the instant it was armed for. */
  readonly missedSteps: number;
  /** Pages to somebody after the answer that stopped the run, in the same generation. */
  readonly pagesAfterAck: number;
  readonly stepsFired: number;
  readonly stepsLate: number;
  /** By what asked for them: `owner`, `step 1` …, `fallback`, `raised`. */
  readonly pagesByTier: Readonly<Record<string, number>>;
};

/** `endAt`: how far time had come when the log was read. */
export function checkLog(events: readonly TicketEvent[], endAt: Instant): Findings {
  const tiers: Record<string, number> = {};
  const fired = new Set<string>();
  let found = { doubleSteps: 0, missedSteps: 0, pagesAfterAck: 0, stepsFired: 0, stepsLate: 0 };
  let armed: (RungArmed['args'] & { readonly rung: { readonly kind: string } }) | null = null;
  let isAnswered = false;
  let lastFired = '';

  const count = (what: keyof typeof found, n: number): void => {
    found = { ...found, [what]: found[what] + n };
  };
  const pages = (tier: string, n: number): void => {
    tiers[tier] = (tiers[tier] ?? 0) + n;
    if (isAnswered) count('pagesAfterAck', n);
  };
  /** What was armed is over at this instant, one way or another. */
  const settle = (at: Instant): void => {
    if (armed !== null && at > armed.dueAt) count('missedSteps', 1);
    armed = null;
  };

  for (const event of events) {
    const at = event.recordedAt;
    switch (turnOf(event)) {
      case 'answered':
        settle(at);
        isAnswered = true;
        break;
      case 'triggered':
        settle(at);
        isAnswered = false;
        break;
      case 'given-back':
        // Its step is to be asked again, without him.
        isAnswered = false;
        fired.delete(lastFired);
        break;
      case null:
    }
    if (event.name === 'run-started') settle(at);
    if (event.name === 'rung-armed') {
      settle(at);
      armed = event.args;
    }
    if (event.name === 'paged') pages('raised', 1);
    if (event.name === 'rung-fired') {
      settle(at);
      pages(tierOf(event.args), event.args.pages.length);
      if (event.args.rung.kind !== 'step') continue;
      const { lap, step } = event.args.rung;
      lastFired = `${event.args.run} ${lap} ${step}`;
      count('stepsFired', 1);
      count('stepsLate', event.args.lateMs > 0 ? 1 : 0);
      count('doubleSteps', fired.has(lastFired) ? 1 : 0);
      fired.add(lastFired);
    }
  }
  settle(endAt);
  return { ...found, pagesByTier: tiers };
}

/** What the event does to who is wanted: somebody has it, somebody is wanted anew, whoever had it gave it back. */
function turnOf(event: TicketEvent): 'answered' | 'triggered' | 'given-back' | null {
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
    case 'severity-changed':
      return event.args.to < event.args.from ? 'triggered' : null;
    case 'released':
      return 'given-back';
    default:
      return null;
  }
}

function tierOf({ rung }: RungFired['args']): string {
  return rung.kind === 'step' ? `step ${rung.step}` : rung.kind;
}
