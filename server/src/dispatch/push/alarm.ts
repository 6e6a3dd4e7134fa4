import type { Instant } from '@rung/domain/base/time.ts';
import { tellTroubleEveryMs } from '@rung/domain/paging/pager-messages.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { put, without } from './memory.ts';

/** A push service, by its host, that an administrator must look at, and why. */
export type Trouble = { readonly host: string; readonly detail: string };

/**
 * Raises an alarm for each host, once in a while, however often it is called. `tell` brings it to people; what it could not bring
 * counts as never told.
 */
export function openAlarm({
  tell,
  clock,
  log,
}: {
  readonly tell: (about: Trouble) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}): (about: Trouble) => void {
  let toldAt: ReadonlyMap<string, Instant> = new Map();
  return (about) => {
    const now = clock.now();
    const age = now - (toldAt.get(about.host) ?? -Infinity);
    // Told in the future: the clock was set back, and must not keep it quiet until then.
    if (age >= 0 && age < tellTroubleEveryMs) return;
    toldAt = put(toldAt, about.host, now);
    log.error('a push service refuses us', about);
    tell(about).catch((error: unknown) => {
      toldAt = without(toldAt, about.host);
      log.error('nobody could be told that a push service refuses us', { ...about, error });
    });
  };
}
