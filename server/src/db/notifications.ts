import type { Message } from '@rung/domain/paging/message.ts';
import type { Notification } from '@rung/domain/paging/notification.ts';
import { type CompiledQuery, sql } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';

type Builds = Pick<Database, 'build'>;
type Row = Schema['notification'];

/** One try at a notification, as it is kept. */
export type Attempt = {
  readonly notification: string;
  readonly n: number;
  readonly at: number;
  readonly outcome: string;
  readonly detail: string | null;
};

export function toNotification(row: Row): Notification {
  return {
    id: row.id,
    message: {
      id: row.message,
      ticket: row.ticket,
      page: row.page,
      person: row.person,
      says: row.says as Message['says'],
      isLoud: row.is_loud === 1,
      generation: row.generation,
      severity: row.severity as Message['severity'],
    },
    method: row.method,
    state: row.state as Notification['state'],
    detail: row.detail,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
  };
}

export function notificationsById({ build }: Builds, ids: readonly string[]): CompiledQuery<Row> {
  return build.selectFrom('notification').selectAll().where('id', 'in', ids).compile();
}

/** Everything that was sent about these pages, also what takes them back, in the order it was made. */
export function notificationsOfPages(
  { build }: Builds,
  pages: readonly string[],
): CompiledQuery<Row> {
  return build
    .selectFrom('notification')
    .selectAll()
    .where('page', 'in', pages)
    .orderBy('created_at')
    .orderBy('id')
    .compile();
}

/** Whoever is sending one of these has let go of it. */
export function saveNotifications({ build }: Builds, rows: readonly Notification[]): CompiledQuery {
  return build
    .insertInto('notification')
    .values(
      rows.map(({ message, ...row }) => ({
        id: row.id,
        message: message.id,
        ticket: message.ticket,
        page: message.page,
        person: message.person,
        says: message.says,
        is_loud: message.isLoud ? 1 : 0,
        generation: message.generation,
        severity: message.severity,
        method: row.method,
        state: row.state,
        detail: row.detail,
        attempts: row.attempts,
        created_at: row.createdAt,
        next_attempt_at: row.nextAttemptAt,
        lease_until: null,
        claims: 0,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        state: set.ref('excluded.state'),
        detail: set.ref('excluded.detail'),
        attempts: set.ref('excluded.attempts'),
        next_attempt_at: set.ref('excluded.next_attempt_at'),
        lease_until: null,
      })),
    )
    .compile();
}

export function addAttempts({ build }: Builds, rows: readonly Attempt[]): CompiledQuery {
  return build
    .insertInto('attempt')
    .values([...rows])
    .compile();
}

/**
 * Takes what is to be sent at `now`, at most `most`, the worst severity first, for as long as `leaseUntil`. What
 * another process takes at the same moment is left to it.
 */
export function claimNotifications(
  { build, dialect }: Pick<Database, 'build' | 'dialect'>,
  now: number,
  leaseUntil: number,
  most: number,
): CompiledQuery<Row> {
  const free = build
    .selectFrom('notification')
    .select('id')
    .where('next_attempt_at', '<=', now)
    .where((is) => is.or([is('lease_until', 'is', null), is('lease_until', '<=', now)]))
    .orderBy('severity')
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(most);
  return build
    .updateTable('notification')
    .set({ lease_until: leaseUntil, claims: sql`claims + 1` })
    .where('id', 'in', dialect === 'postgres' ? free.forUpdate().skipLocked() : free)
    .returningAll()
    .compile();
}

/** When dispatch has to look again: the earliest try, or the end of the lease of one that is being sent; null = never. */
export async function nextAttemptAt({ read }: Pick<Database, 'read'>): Promise<number | null> {
  const rows = await read
    .selectFrom('notification')
    .select(['next_attempt_at', 'lease_until'])
    .where('next_attempt_at', 'is not', null)
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(100)
    .execute();
  const instants = rows.map((row) => Math.max(row.next_attempt_at ?? 0, row.lease_until ?? 0));
  return instants.length === 0 ? null : Math.min(...instants);
}
