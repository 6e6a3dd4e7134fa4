import { fold } from '@rung/domain/ticket/evolve.ts';
import { foldVersion } from '@rung/domain/ticket/ticket.ts';
import { nextDue } from '@rung/domain/ticket/next-due.ts';
import type { Database } from '../db/open.ts';
import { eventsOf, staleTickets, type StoredTicket } from '../db/tickets.ts';
import type { Log } from '../log.ts';
import type { Item } from './item.ts';
import { noEffect } from './world.ts';

/**
 * Folds the logs of tickets anew whose stored fold was made by other rules, before anybody reads one. A log that
 * cannot be folded stays as it is, is told, and harms no other. Answers how many were folded.
 */
export async function refold(
  db: Database,
  log: Log,
  submit: (item: Item<null>) => Promise<null>,
): Promise<number> {
  const failed: string[] = [];
  let count = 0;
  for (;;) {
    const stale = await staleTickets(db, failed, 100);
    if (stale.length === 0) return count;
    for (const stored of stale) {
      try {
        await submit(await refoldItem(db, stored));
        count += 1;
      } catch (error) {
        failed.push(stored.id);
        log.error('a ticket’s log cannot be folded', { ticket: stored.id, error });
      }
    }
  }
}

async function refoldItem(db: Database, { id }: StoredTicket): Promise<Item<null>> {
  const events = await eventsOf(db, id);
  const ticket = fold(events);
  return {
    tickets: [id],
    apply({ stored }) {
      const before = stored.get(id);
      // Another process that started beside this one was quicker, and the ticket has moved on.
      const isDone = before === undefined || before.foldVersion === foldVersion;
      if (ticket === null || isDone || before.seq !== events.length) {
        return { answer: null, effect: noEffect };
      }
      const dueAt = nextDue(ticket);
      const kept = { ticket, seq: before.seq, number: before.number };
      const dues = dueAt === null ? [] : [{ kind: 'ticket' as const, id, dueAt }];
      return { answer: null, effect: { ...noEffect, tickets: [kept], dues } };
    },
  };
}
