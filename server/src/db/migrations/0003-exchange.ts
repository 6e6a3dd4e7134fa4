import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../open.ts';

/** What devices hold, who they are, and what they sent. */
export function exchange(dialect: Dialect) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;
  const bytes = dialect === 'postgres' ? sql`bytea` : sql`blob`;

  async function up({ schema }: Kysely<never>): Promise<void> {
    for (const [table, column] of [
      ['sync_head', 'gc_floor'],
      ['ticket', 'team_since'],
      ['ticket', 'open_since'],
      ['event', 'ver'],
    ] as const) {
      await schema
        .alterTable(table)
        .addColumn(column, 'bigint', (c) => c.notNull().defaultTo(0))
        .execute();
    }
    await schema.createIndex('ticket_by_ver').on('ticket').column('ver').execute();
    await schema.createIndex('page_by_ver').on('page').column('ver').execute();

    await schema
      .createTable('ticket_person')
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('ticket', text, (c) => c.notNull().references('ticket.id'))
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('ticket_person_key', ['person', 'ticket'])
      .execute();
    await schema
      .createIndex('ticket_person_by_ticket')
      .on('ticket_person')
      .column('ticket')
      .execute();

    await schema
      .createTable('sync_left')
      .addColumn('scope', text, (c) => c.notNull())
      .addColumn('entity', text, (c) => c.notNull())
      .addColumn('id', text, (c) => c.notNull())
      .addColumn('ver', 'bigint', (c) => c.notNull())
      .addColumn('left_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('sync_left_key', ['scope', 'entity', 'id'])
      .execute();
    await schema
      .createIndex('sync_left_by_scope')
      .on('sync_left')
      .columns(['scope', 'ver'])
      .execute();
    await schema.createIndex('sync_left_by_at').on('sync_left').column('left_at').execute();

    await schema
      .createTable('device')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('secret_hash', text, (c) => c.notNull())
      .addColumn('registered_at', 'bigint', (c) => c.notNull())
      .addColumn('session_hash', text)
      .addColumn('heard_at', 'bigint', (c) => c.notNull())
      .addColumn('contact_at', 'bigint', (c) => c.notNull())
      .addColumn('last', 'bigint', (c) => c.notNull())
      .addColumn('pending', 'integer', (c) => c.notNull())
      .addColumn('revoked_at', 'bigint')
      .execute();
    await schema.createIndex('device_by_person').on('device').column('person').execute();

    await schema
      .createTable('device_command')
      .addColumn('device', text, (c) => c.notNull().references('device.id'))
      .addColumn('n', 'bigint', (c) => c.notNull())
      .addColumn('uid', text, (c) => c.notNull())
      .addColumn('outcome', text, (c) => c.notNull())
      .addColumn('code', text)
      .addPrimaryKeyConstraint('device_command_key', ['device', 'n'])
      .execute();

    await schema
      .createTable('suspect')
      .addColumn('device', text, (c) => c.notNull().references('device.id'))
      .addColumn('n', 'bigint', (c) => c.notNull())
      .addColumn('uid', text, (c) => c.notNull())
      .addColumn('first_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('suspect_key', ['device', 'n'])
      .execute();

    await schema
      .createTable('quarantine')
      .addColumn('uid', text, (c) => c.primaryKey())
      .addColumn('device', text, (c) => c.notNull())
      .addColumn('n', 'bigint', (c) => c.notNull())
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('body', bytes, (c) => c.notNull())
      .addColumn('error', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();

    await schema
      .createTable('dropbox')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('device', text, (c) => c.notNull())
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('body', bytes, (c) => c.notNull())
      .execute();
    await schema.createIndex('dropbox_by_person').on('dropbox').column('person').execute();
  }

  return { up };
}
