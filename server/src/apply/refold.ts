import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import type { Database } from '../db/open.ts';
import { olderFolds } from '../db/tickets.ts';
import type { Log } from '../log.ts';
import { Busy } from './errors.ts';
import { turnedMemberships } from './grown.ts';
import type { Item } from './item.ts';
import { noEffect } from './world.ts';

/**
 * Writes anew the folds that older rules made, before anybody reads one: loading such a ticket folds its log. A log that
 * cannot be folded stays as it is, is told, and harms no other. Answers how many were folded. @throws Busy
 */
export async function refold(
  db: Database,
  log: Log,
  submit: (item: Item<boolean>) => Promise<boolean>,
): Promise<number> {
  let count = 0;
  for (let after = ''; ;) {
    const ids = await olderFolds(db, after, 100);
    const last = ids.at(-1);
    if (last === undefined) return count;
    after = last;
    const folded = await Promise.all(
      ids.map((id) =>
        submit(refoldItem(id)).catch((error: unknown) => {
          if (error instanceof Busy) throw error;
          log.error('a ticket’s log cannot be folded', { ticket: id, error });
          return false;
        }),
      ),
    );
    count += folded.filter(Boolean).length;
  }
}

function refoldItem(id: string): Item<boolean> {
  return {
    tickets: [id],
    apply({ stored, tickets }) {
      const before = stored.get(id);
      // Another process that started beside this one was quicker.
      const isDone = before === undefined || before.foldVersion >= foldVersion;
      const kept = isDone ? undefined : tickets.get(id)?.();
      if (kept === undefined) return { answer: false, effect: noEffect };
      const dueAt = nextDue(kept.ticket);
      const dues = dueAt === null ? [] : [{ kind: 'ticket' as const, id, dueAt }];
      const memberships = turnedMemberships(null, kept.ticket);
      return { answer: true, effect: { ...noEffect, tickets: [kept], dues, memberships } };
    },
  };
}
