import type { Writer } from '../apply/writer.ts';
import type { Clock } from '../clock.ts';
import { lostDeadlines } from '../db/audit.ts';
import type { Database } from '../db/open.ts';
import type { Log } from '../log.ts';

/** A deadline that was written while this looks is not lost, ms. */
const recent = 10_000;

/**
 * Looks for deadlines that were lost, alarms, and gives them back: they are due now (domain.md, invariant 1). A schedule
 * from before shifts were kept gets its row here, without an alarm. Answers how many there were.
 */
export async function audit({
  db,
  writer,
  clock,
  log,
}: {
  readonly db: Database;
  readonly writer: Pick<Writer, 'arm'>;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<number> {
  const lost = await lostDeadlines(db, clock.now() - recent);
  for (const deadline of lost) {
    if (deadline.kind !== 'schedule')
      log.error('a deadline was lost; it is due now', { ...deadline });
    await writer.arm(deadline);
  }
  return lost.length;
}
