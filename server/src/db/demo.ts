import type { CompiledQuery } from 'kysely';
import type { Database } from './open.ts';
import { ticketColumns } from './tickets.ts';

type Builds = Pick<Database, 'build'>;

/** In a database that has it live made-up people, and nobody else. */
export type DemoMark = {
  /** What its people do by chance is drawn from this. */
  readonly seed: number;
  readonly madeAt: number;
};

/** Marks it unless it is marked: the first process's mark is everybody's. */
export function addDemoMark({ build }: Builds, { seed, madeAt }: DemoMark): CompiledQuery {
  return build
    .insertInto('demo')
    .values({ id: 1, seed, made_at: madeAt })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile();
}

export function demoMark({ build }: Builds): CompiledQuery<DemoMark> {
  return build
    .selectFrom('demo')
    .select(['seed', 'made_at as madeAt'])
    .where('id', '=', 1)
    .compile();
}

/** Answers a row where there is any ticket. */
export function anyTicket({ build }: Builds): CompiledQuery<{ id: string }> {
  return build.selectFrom('ticket').select('id').limit(1).compile();
}

/** Tickets from this number on that are not closed, the oldest first. */
export function liveTickets({ build }: Builds, from: number) {
  return build
    .selectFrom('ticket')
    .select(ticketColumns)
    .where('number', '>=', from)
    .where('phase', '<>', 'closed')
    .orderBy('number')
    .compile();
}

/** The highest number that was drawn is one less. */
export function nextNumber({ build }: Builds): CompiledQuery<{ next: number }> {
  return build.selectFrom('sync_head').select('next_number as next').compile();
}
