import type { PolicyText, Severity } from '../directory/directory.ts';
import type { Run, Rung, Ticket } from '../ticket/ticket.ts';
import { lapsOf } from './defaults.ts';

type Climbing = Pick<Ticket, 'run' | 'pages' | 'severity' | 'generation'>;
type Steps = Pick<PolicyText, 'response'>;
type Laps = Pick<PolicyText, 'laps'>;

/** The first step of a ladder. */
export const firstStep = { kind: 'step', lap: 1, step: 1 } as const satisfies Rung;

/**
 * The rung after this one: the next step, the next lap, then the fallback, again and again. `reached`: the last step
 * that fired before it, if any.
 */
export function rungAfter(
  rung: Rung,
  reached: Run['reached'],
  severity: Severity,
  { response, laps = lapsOf[severity] }: Steps & Laps,
): Rung {
  if (rung.kind === 'fallback') return fallback(severity, rung.time + 1, rung.withAdmins);
  const last = rung.kind === 'step' ? rung : reached;
  if (last === null) return firstStep;
  const { lap, step } = last;
  if (step < response.length) return { kind: 'step', lap, step: step + 1 };
  if (lap < laps) return { kind: 'step', lap: lap + 1, step: 1 };
  return fallback(severity, 1, false);
}

/**
 * What to fire where this rung is due: itself, unless what came before reached nobody at all. A lap of which nobody
 * could be reached is not climbed again, and every admin is asked beside the fallback (domain.md, section 6, "Unreachable").
 */
export function orTheFallback(rung: Rung, ticket: Climbing): Rung {
  if (rung.kind === 'fallback') {
    const isInVain = rung.time === 1 ? wasUnreached(ticket) : isFiredDead(ticket, ['unreachable']);
    return isInVain ? { ...rung, withAdmins: true } : rung;
  }
  const isNewLap = rung.kind === 'step' && rung.lap > 1 && rung.step === 1;
  return isNewLap && wasUnreached(ticket) ? { kind: 'fallback', time: 1, withAdmins: true } : rung;
}

/** S1 asks all admins too, from the fifth time on. */
function fallback(severity: Severity, time: number, withAdmins: boolean): Rung {
  return { kind: 'fallback', time, withAdmins: withAdmins || (severity === 'S1' && time > 4) };
}

const minute = 60_000;

/**
 * How long after its `time`-th page the fallback is paged again, ms: S1 every 15 min, four times, then hourly, with all
 * admins; S2 every 30 min; null = the next business day.
 */
export function fallbackAgainMs(severity: Severity, time: number): number | null {
  switch (severity) {
    case 'S1':
      return (time <= 4 ? 15 : 60) * minute;
    case 'S2':
      return 30 * minute;
    case 'S3':
    case 'S4':
      return null;
  }
}

/** Whether all pages of the rung that fired last ended in one of these, and there were any. */
export function isFiredDead(
  { run, pages }: Pick<Ticket, 'run' | 'pages'>,
  states: readonly Ticket['pages'][number]['state'][],
): boolean {
  const fired: Run['fired'] = run?.fired ?? null;
  const asked = pages.filter((page) => page.seq === fired?.seq);
  return asked.length > 0 && asked.every((page) => states.includes(page.state));
}

/**
 * Whether nobody paged on the lap that was climbed last could be reached, or there was nobody to page on it. A run that
 * goes on from another's has climbed nothing before its first step.
 */
function wasUnreached({ run, pages, generation }: Climbing): boolean {
  if (run?.fired?.rung.kind !== 'step') return false;
  const lap = run.reached?.lap ?? null;
  const asked = pages.filter(
    (page) => page.generation === generation && (page.run !== run.n || page.lap === lap),
  );
  return asked.every((page) => page.state === 'unreachable');
}
