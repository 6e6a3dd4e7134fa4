/** Instants that need the team's calendar; a device has none, and reckons without (what-comes.ts). */

import type { Instant } from '../base/time.ts';
import { addSpan, nextBusinessDay } from '../calendar/business-time.ts';
import type { Calendar, PolicyText, Severity } from '../directory/directory.ts';
import type { Rung } from '../ticket/ticket.ts';
import { ownerFirstMs } from './defaults.ts';
import { fallbackAgainMs } from './ladder.ts';

const minute = 60_000;
const hour = 60 * minute;

/** When the rung after this one fires, counted from `from`. `calendar`: the team's. */
export function dueAfter(
  rung: Rung,
  severity: Severity,
  ladder: Pick<PolicyText, 'response'>,
  calendar: Calendar | null,
  from: Instant,
): Instant {
  switch (rung.kind) {
    case 'owner':
      return from + ownerFirstMs;
    case 'step': {
      const delay = ladder.response[rung.step - 1]?.delay;
      return delay === undefined ? from : addSpan(calendar, from, delay);
    }
    case 'fallback': {
      const ms = fallbackAgainMs(severity, rung.time);
      return ms === null ? nextBusinessDay(calendar, from) : from + ms;
    }
  }
}

/** When an acknowledgement given at `from` lapses; null = never. `calendar`: the team's. */
export function ackExpiresAt(
  severity: Severity,
  from: Instant,
  calendar: Calendar | null,
): Instant | null {
  switch (severity) {
    case 'S1':
      return from + 30 * minute;
    case 'S2':
      return from + 2 * hour;
    case 'S3':
      return addSpan(calendar, from, { n: 1, unit: 'day', business: true });
    case 'S4':
      return null;
  }
}
