import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../open.ts';

/** Pagers: what contact methods showed, messages that are about no ticket, and the key that push services know us by. */
export function push(dialect: Dialect) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  async function up(db: Kysely<never>): Promise<void> {
    const { schema } = db;
    await (dialect === 'postgres' ? loosenTicket(db) : rebuildNotifications(db));
    await schema
      .createIndex('notification_by_method')
      .on('notification')
      .columns(['method', 'created_at'])
      .execute();
    await schema
      .createIndex('notification_by_subject')
      .on('notification')
      .columns(['subject', 'created_at'])
      .execute();

    await schema
      .createIndex('notification_of_check')
      .on('notification')
      .column('created_at')
      .where(sql.ref('says'), '=', sql.lit('pager-works'))
      .execute();

    await schema.alterTable('contact_method').addColumn('fingerprint', text).execute();
    await schema.alterTable('contact_method').addColumn('shown_at', 'bigint').execute();
    await schema
      .alterTable('contact_method')
      .addColumn('missed', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await schema.alterTable('contact_method').addColumn('check_id', text).execute();
    await schema.alterTable('contact_method').addColumn('told_at', 'bigint').execute();

    await schema
      .createTable('push_key')
      .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('private_key', 'text', (c) => c.notNull())
      .addColumn('made_at', 'bigint', (c) => c.notNull())
      .execute();
  }

  async function loosenTicket({ schema }: Kysely<never>): Promise<void> {
    await schema
      .alterTable('notification')
      .alterColumn('ticket', (column) => column.dropNotNull())
      .execute();
    await schema.alterTable('notification').addColumn('subject', text).execute();
  }

  /**
   * SQLite cannot take back that a column is not null: both tables are made anew. The attempts go first, else what they
   * refer to could not be dropped; renaming carries over what the new ones refer to.
   */
  async function rebuildNotifications(db: Kysely<never>): Promise<void> {
    const { schema } = db;
    await schema
      .createTable('new_notification')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('message', text, (c) => c.notNull())
      .addColumn('ticket', text, (c) => c.references('ticket.id'))
      .addColumn('page', text)
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('says', text, (c) => c.notNull())
      .addColumn('is_loud', 'integer', (c) => c.notNull())
      .addColumn('generation', 'integer', (c) => c.notNull())
      .addColumn('severity', text, (c) => c.notNull())
      .addColumn('method', text)
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('detail', 'text')
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('next_attempt_at', 'bigint')
      .addColumn('lease_until', 'bigint')
      .addColumn('claims', 'integer', (c) => c.notNull())
      .addColumn('subject', text)
      .execute();
    const kept = sql.raw(
      `id, message, ticket, page, person, says, is_loud, generation, severity, method, state, detail,
       attempts, created_at, next_attempt_at, lease_until, claims`,
    );
    await sql`insert into new_notification (${kept}) select ${kept} from notification`.execute(db);

    await schema
      .createTable('new_attempt')
      .addColumn('notification', text, (c) => c.notNull().references('new_notification.id'))
      .addColumn('n', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('outcome', text, (c) => c.notNull())
      .addColumn('detail', 'text')
      .addPrimaryKeyConstraint('attempt_key', ['notification', 'n'])
      .execute();
    const tried = sql.raw('notification, n, at, outcome, detail');
    await sql`insert into new_attempt (${tried}) select ${tried} from attempt`.execute(db);

    await schema.dropTable('attempt').execute();
    await schema.dropTable('notification').execute();
    await schema.alterTable('new_notification').renameTo('notification').execute();
    await schema.alterTable('new_attempt').renameTo('attempt').execute();

    await schema.createIndex('notification_by_page').on('notification').column('page').execute();
    await schema
      .createIndex('notification_by_ticket')
      .on('notification')
      .columns(['ticket', 'method'])
      .execute();
    await schema
      .createIndex('notification_by_next_attempt')
      .on('notification')
      .columns(['next_attempt_at', 'id'])
      .execute();
  }

  return { up };
}
