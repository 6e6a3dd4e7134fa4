import type { Instant } from '../base/time.ts';
import type { Span, Target } from '../directory/directory.ts';
import type { RungArmed } from '../ticket/events.ts';
import { fired } from '../ticket/run-pages.ts';
import type { Rung, Ticket } from '../ticket/ticket.ts';
import { lapsOf, ownerFirstMs } from './defaults.ts';
import {
  type Asked,
  type Known,
  knownPeopleOf,
  knownPolicyOf,
  knownShiftFor,
  stepTargets,
} from './known-targets.ts';
import { fallbackAgainMs, orTheFallback, rungAfter } from './ladder.ts';

/** A rung that is yet to fire, if nobody answers. */
export type Coming = Asked & {
  readonly rung: Rung;
  /** null = it cannot be reckoned here: it needs a calendar. */
  readonly at: Instant | null;
  /** How long after the rung before, where `at` is null and its delay says; else null. */
  readonly after: Span | null;
  readonly because: RungArmed['args']['because'];
  /** Whom its step names, and on which of how many laps. */
  readonly targets: readonly Target[];
  readonly laps: number;
};

type Delay = { readonly ms: number | null; readonly span: Span | null };

/**
 * What the ladder does if nobody says anything and everybody can be reached: from the armed rung on, as climb.ts does it on
 * the server, with what a device knows. Endless (the fallback is paged again and again), or empty where nothing is
 * armed. `because`: why the first is armed.
 */
export function* whatComes(
  ticket: Ticket,
  known: Known,
  because: Coming['because'] = 'delay',
): Generator<Coming, void> {
  const { run, severity } = ticket;
  if (run?.armed == null) return;
  const policy = knownPolicyOf(ticket, known);
  const laps = policy?.laps ?? lapsOf[severity];
  let stands = ticket;
  let next: Pick<Coming, 'rung' | 'at' | 'after' | 'because'> = {
    rung: run.armed.rung,
    at: run.armed.dueAt,
    after: null,
    because,
  };
  for (let n = 1; ; n += 1) {
    const rung = orTheFallback(next.rung, stands);
    const asked = knownPeopleOf(stands, rung, next.at, known);
    const isNobody = asked.isWhole && asked.people.length === 0;
    const shiftAt =
      isNobody && next.at !== null ? knownShiftFor(stands, rung, next.at, known) : null;
    if (shiftAt !== null) {
      next = { ...next, rung, at: shiftAt, because: 'shift' };
      continue;
    }
    yield { ...next, ...asked, rung, targets: stepTargets(stands, rung, known), laps };
    if (policy === undefined) return;
    const reached = stands.run?.reached ?? null;
    stands = afterFiring(stands, rung, next.at, asked, n);
    const following = rungAfter(rung, reached, severity, policy);
    const isLast = rung.kind === 'fallback' && rung.withAdmins;
    if (isNobody && !isLast) {
      const isForAdmins = rung.kind === 'fallback' && following.kind === 'fallback';
      const to = isForAdmins ? { ...following, withAdmins: true } : following;
      next = { rung: to, at: next.at, after: null, because: 'unanswered' };
      continue;
    }
    const { ms, span } = delayOf(rung, ticket, policy.response);
    const at = ms === null || next.at === null ? null : next.at + ms;
    next = { rung: following, at, after: at === null ? span : null, because: 'delay' };
  }
}

/** Its people are paged, and reached; those whom nobody can name here count as somebody. */
function afterFiring(
  ticket: Ticket,
  rung: Rung,
  at: Instant | null,
  { people, isWhole }: Asked,
  n: number,
): Ticket {
  const asked = isWhole ? people : [...people, ''];
  return fired(
    ticket,
    { ticket: ticket.id, seq: Number.MAX_SAFE_INTEGER - 1000 + n, recordedAt: at ?? 0 },
    { rung, pages: asked.map((person) => ({ person, isLoud: true })), kept: [] },
  );
}

const unitMs = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The time that the people of a rung have. `ms` null = it is counted in business time. */
function delayOf(
  rung: Rung,
  { severity }: Pick<Ticket, 'severity'>,
  response: readonly { readonly delay: Span }[],
): Delay {
  if (rung.kind === 'owner') return { ms: ownerFirstMs, span: null };
  if (rung.kind === 'fallback') {
    const ms = fallbackAgainMs(severity, rung.time);
    return { ms, span: ms === null ? { n: 1, unit: 'day', business: true } : null };
  }
  const delay = response[rung.step - 1]?.delay;
  if (delay === undefined) return { ms: 0, span: null };
  return { ms: delay.business ? null : delay.n * unitMs[delay.unit], span: delay };
}
