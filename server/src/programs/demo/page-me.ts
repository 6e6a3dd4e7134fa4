/** What is to be reported so that exactly this person is paged first. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Directory, TicketType } from '@rung/domain/directory/directory.ts';
import { carryOut } from '@rung/domain/escalation/carry-out.ts';
import type { Report } from '@rung/domain/ticket/commands.ts';
import { matters, troubles } from './texts.ts';

/** By asset and then by type: an incident where there is one, else what his part in the story is asked for. */
const types: readonly TicketType[] = ['incident', 'complaint', 'risk', 'request'];

/**
 * The report, and of whom it is; null = nothing pages him and nobody else first. The real rules are asked: each report is
 * carried out in memory, and looked at for whom it would page now.
 */
export function reportThatPages(
  person: string,
  by: readonly string[],
  directory: Directory,
  now: Instant,
): { readonly person: string; readonly args: Omit<Report['args'], 'ticket'> } | null {
  const reporter = by.find((one) => one !== person);
  if (reporter === undefined) return null;
  for (const type of types) {
    for (const [asset, { site, category }] of directory.asset) {
      const args = { ...wordsOf(type, category), asset, site, category: null, team: null };
      const whole = { ...args, type, severity: 'S1', take: false } as const;
      const paged = pagedBy(whole, reporter, directory, now);
      if (paged.length === 1 && paged[0] === person) return { person: reporter, args: whole };
    }
  }
  return null;
}

function pagedBy(
  args: Omit<Report['args'], 'ticket'>,
  by: string,
  directory: Directory,
  now: Instant,
): readonly string[] {
  const doer = directory.person.get(by);
  if (doer === undefined) return [];
  const done = carryOut(
    { ticket: null, seq: 0, added: [] },
    {
      uid: 'page-me',
      command: { name: 'report', args: { ...args, ticket: 'page-me' } },
      doer: { key: by, person: doer },
      actedAt: now,
      claimedAt: now,
    },
    { directory, now },
  );
  return done.ok ? (done.value.log.ticket?.pages ?? []).map((page) => page.person) : [];
}

function wordsOf(
  type: TicketType,
  category: string | null,
): { title: string; description: string } {
  const known = type === 'incident' ? (troubles[category ?? ''] ?? []) : matters;
  const { title, description } = known.find((one) => one.type === type) ?? matters[0]!;
  return { title, description };
}
