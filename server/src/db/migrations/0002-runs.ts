import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../open.ts';

/** Deadlines, pages and what becomes of them. */
export function runs(dialect: Dialect) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  async function up({ schema }: Kysely<never>): Promise<void> {
    await schema.alterTable('ticket').addColumn('policy_version', text).execute();
    await schema.alterTable('ticket').addColumn('next_due', 'bigint').execute();
    await schema.alterTable('ticket').addColumn('phase', text).execute();
    await schema.alterTable('ticket').addColumn('owner', text).execute();
    await schema.createIndex('ticket_by_owner').on('ticket').column('owner').execute();
    await schema.createIndex('ticket_by_next_due').on('ticket').column('next_due').execute();
    // Lists are read by number: of a team, of a client, of whoever reported.
    await schema.dropIndex('ticket_by_client').execute();
    await schema.dropIndex('ticket_by_reporter').execute();
    for (const column of ['team', 'client', 'reported_by']) {
      await schema
        .createIndex(`ticket_by_${column}_and_number`)
        .on('ticket')
        .columns([column, 'number'])
        .execute();
    }
    await schema.alterTable('alive').addColumn('resumed_at', 'bigint').execute();

    await schema
      .createTable('due')
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('id', text, (c) => c.notNull())
      .addColumn('due_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('due_key', ['kind', 'id'])
      .execute();
    await schema.createIndex('due_by_at').on('due').columns(['due_at', 'kind', 'id']).execute();

    await schema
      .createTable('fault')
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('id', text, (c) => c.notNull())
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('first_at', 'bigint', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addColumn('error', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('fault_key', ['kind', 'id'])
      .execute();

    await schema
      .createTable('page')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('ver', 'bigint', (c) => c.notNull())
      .addColumn('ticket', text, (c) => c.notNull().references('ticket.id'))
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await schema.createIndex('page_by_ticket').on('page').column('ticket').execute();
    await schema.createIndex('page_by_person').on('page').columns(['person', 'state']).execute();

    await schema.createIndex('page_by_state').on('page').column('state').execute();

    await schema
      .createTable('shift')
      .addColumn('schedule', text, (c) => c.notNull())
      .addColumn('from_at', 'bigint', (c) => c.notNull())
      .addColumn('to_at', 'bigint', (c) => c.notNull())
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('ver', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('shift_key', ['schedule', 'from_at'])
      .execute();

    await schema
      .createTable('contact_method')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('broken_at', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await schema
      .createIndex('contact_method_by_person')
      .on('contact_method')
      .columns(['person', 'created_at'])
      .execute();

    await schema
      .createTable('notification')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('message', text, (c) => c.notNull())
      .addColumn('ticket', text, (c) => c.notNull().references('ticket.id'))
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
      .execute();
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

    await schema
      .createTable('attempt')
      .addColumn('notification', text, (c) => c.notNull().references('notification.id'))
      .addColumn('n', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('outcome', text, (c) => c.notNull())
      .addColumn('detail', 'text')
      .addPrimaryKeyConstraint('attempt_key', ['notification', 'n'])
      .execute();
  }

  return { up };
}
