/** Whether this server plays the demo, found out where the database is open, and the mark that it leaves there. */

import type { Writer } from '../../apply/writer.ts';
import type { DirectoryCache } from '../../db/directory.ts';
import { anyTicket, type DemoMark, demoMark } from '../../db/demo.ts';
import type { Database } from '../../db/open.ts';
import { demoDecision } from '../../demo-decision.ts';
import type { Outside } from '../../parts.ts';
import { CannotStart } from '../../start-fault.ts';
import { settleCompany } from './company.ts';

type Parts = {
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly writer: Pick<Writer, 'keepDemoMark' | 'editDirectory'>;
};

/**
 * null = no demo here. The mark comes first: who dies before the company is written finds a database that is the demo's.
 * @throws CannotStart where made-up people and real ones would share a database.
 */
export async function beginDemo(
  { db, directory, writer }: Parts,
  { config, clock, log }: Outside,
): Promise<DemoMark | null> {
  const [known, marks, tickets] = await Promise.all([
    directory.fresh(),
    db.look(demoMark(db)),
    db.look(anyTicket(db)),
  ]);
  const isEmpty = known.person.size === 0 && tickets.length === 0;
  const decision = demoDecision(config, { isMarked: marks.length > 0, isEmpty });
  if (decision.kind === 'refused') throw new CannotStart(decision.sentence);
  if (decision.kind === 'off') return null;
  if (decision.isReachable) {
    log.warn('the demo is open to others: whoever reaches this address may be any of its people', {
      publicUrl: config.publicUrl.origin,
      host: config.host,
    });
  }
  const madeAt = clock.now();
  const mark = await writer.keepDemoMark({ seed: madeAt % 2 ** 32, madeAt });
  await settleCompany(writer);
  return mark;
}
