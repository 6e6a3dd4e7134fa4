import type { Message } from '@rung/domain/paging/message.ts';
import type { Notification } from '@rung/domain/paging/notification.ts';
import { type CompiledQuery, sql } from 'kysely';
import type { Database } from './open.ts';
import type { Schema } from './schema.ts';
import { ofLength, shaped, shapedList } from './shapes.ts';

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
      subject: row.subject,
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

export const notificationsById = shapedList(
  ({ build }, ids: readonly string[]): CompiledQuery<Row> =>
    build.selectFrom('notification').selectAll().where('id', 'in', ids).compile(),
  (id) => [id],
);

/** Everything that was sent about these pages, also what takes them back, in the order it was made. */
export const notificationsOfPages = shapedList(
  ({ build }, pages: readonly string[]): CompiledQuery<Row> =>
    build
      .selectFrom('notification')
      .selectAll()
      .where('page', 'in', pages)
      .orderBy('created_at')
      .orderBy('id')
      .compile(),
  (page) => [page],
);

/** Whoever is sending one of these has let go of it. */
export function saveNotifications(
  db: Pick<Database, 'build' | 'dialect'>,
  notifications: readonly Notification[],
): CompiledQuery {
  return upsertNotifications(db, notifications.map(toRow));
}

const upsertNotifications = shaped(
  ({ build }, rows: readonly Row[]) =>
    build
      .insertInto('notification')
      .values([...rows])
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((set) => ({
          state: set.ref('excluded.state'),
          detail: set.ref('excluded.detail'),
          attempts: set.ref('excluded.attempts'),
          next_attempt_at: set.ref('excluded.next_attempt_at'),
          lease_until: null,
        })),
      )
      .compile(),
  (rows) => [...rows.flatMap((row) => Object.values(row)), null],
  ofLength,
);

function toRow({ message, ...row }: Notification): Row {
  return {
    id: row.id,
    message: message.id,
    ticket: message.ticket,
    subject: message.subject,
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
  };
}

export const addAttempts = shapedList(
  ({ build }, rows: readonly Attempt[]): CompiledQuery =>
    build
      .insertInto('attempt')
      .values([...rows])
      .compile(),
  ({ notification, n, at, outcome, detail }) => [notification, n, at, outcome, detail],
);

/**
 * Takes what is to be sent at `now`, at most `most`, the worst severity first, for as long as `leaseUntil`. What
 * another process takes at the same moment is left to it.
 */
export const claimNotifications = shaped(
  ({ build, dialect }, { now, leaseUntil, most }: Claim): CompiledQuery<Row> => {
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
  },
  ({ now, leaseUntil, most }) => [leaseUntil, now, now, most],
  () => '',
);

type Claim = { readonly now: number; readonly leaseUntil: number; readonly most: number };

/** When dispatch has to look again: the earliest try, or the end of the lease of one that is being sent; null = never. */
export async function nextAttemptAt(
  db: Pick<Database, 'build' | 'dialect' | 'look'>,
): Promise<number | null> {
  const rows = await db.look(nextAttempts(db, 100));
  const instants = rows.map((row) => Math.max(row.next_attempt_at ?? 0, row.lease_until ?? 0));
  return instants.length === 0 ? null : Math.min(...instants);
}

const nextAttempts = shaped(
  ({ build }, most: number) =>
    build
      .selectFrom('notification')
      .select(['next_attempt_at', 'lease_until'])
      .where('next_attempt_at', 'is not', null)
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(most)
      .compile(),
  (most) => [most],
  () => '',
);

/** When people were told last that these hosts refuse us. */
export const lastTroubles = shapedList(
  ({ build }, hosts: readonly string[]): CompiledQuery<{ host: string; at: number }> =>
    build
      .selectFrom('notification')
      .select(({ fn }) => ['subject as host', fn.max('created_at').as('at')])
      .where('subject', 'in', hosts)
      .where('says', '=', sql.lit('push-trouble'))
      .groupBy('subject')
      .$castTo<{ host: string; at: number }>()
      .compile(),
  (host) => [host],
);

/**
 * What of these was sent to this device, and how it stands. On the readers' connection: who asks for ids of others holds
 * nobody up.
 */
export function sentToDevice(
  { read }: Pick<Database, 'read'>,
  { device, person }: { readonly device: string; readonly person: string },
  ids: readonly string[],
) {
  return read
    .selectFrom('notification')
    .select(['id', 'state'])
    .where('id', 'in', ids)
    .where('method', '=', device)
    .where('person', '=', person)
    .execute();
}

/** Forgets checks of pagers that were made before `before`, with their tries. */
export function sweepChecks(
  { build }: Pick<Database, 'build'>,
  before: number,
): readonly CompiledQuery[] {
  const old = build
    .selectFrom('notification')
    .select('id')
    // As in the index that these alone stand in.
    .where('says', '=', sql.lit('pager-works'))
    .where('created_at', '<', before);
  return [
    build.deleteFrom('attempt').where('notification', 'in', old).compile(),
    build.deleteFrom('notification').where('id', 'in', old).compile(),
  ];
}
