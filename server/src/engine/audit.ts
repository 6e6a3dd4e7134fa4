import type { Writer } from '../apply/writer.ts';
import type { Clock } from '../clock.ts';
import { lostChecks, lostDeadlines } from '../db/audit.ts';
import type { Database } from '../db/open.ts';
import type { Log } from '../log.ts';

/** A deadline that was written while this looks is not lost, ms. */
const recent = 10_000;

/**
 * Looks for deadlines that were lost, alarms, and gives them back: they are due now (domain.md, invariant 1). A schedule
 * from before shifts were kept gets its row here, without an alarm. `alsoChecks`: looks at all pagers besides, for which
 * once an hour is enough. Answers how many there were.
 */
export async function audit({
  db,
  writer,
  clock,
  log,
  alsoChecks,
}: {
  readonly db: Database;
  readonly writer: Pick<Writer, 'arm'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly alsoChecks: boolean;
}): Promise<number> {
  const before = clock.now() - recent;
  const lost = [
    ...(await lostDeadlines(db, before)),
    ...(alsoChecks ? await lostChecks(db, before) : []),
  ];
  for (const deadline of lost) {
    if (deadline.kind !== 'schedule')
      log.error('a deadline was lost; it is due now', { ...deadline });
    await writer.arm(deadline);
  }
  return lost.length;
}
