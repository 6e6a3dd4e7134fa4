import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../open.ts';

/**
 * The first tables. Text that is compared or sorted has byte order on Postgres too (`collate "C"`), so that both
 * databases give the same order whatever the cluster's locale.
 */
export function frame(dialect: Dialect) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;
  const date = dialect === 'postgres' ? sql`timestamptz` : sql`date`;
  const flag = dialect === 'postgres' ? sql`boolean` : sql`integer`;

  async function up(db: Kysely<never>): Promise<void> {
    const { schema } = db;

    await schema
      .createTable('sync_head')
      .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
      .addColumn('ver', 'bigint', (c) => c.notNull())
      .addColumn('epoch', text, (c) => c.notNull())
      .addColumn('next_number', 'bigint', (c) => c.notNull())
      .addColumn('directory_ver', 'bigint', (c) => c.notNull())
      .execute();
    await sql`insert into sync_head (id, ver, epoch, next_number, directory_ver)
      values (1, 0, ${crypto.randomUUID()}, 1001, 0)`.execute(db);

    await schema
      .createTable('ticket')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('number', 'bigint', (c) => c.notNull().unique())
      .addColumn('ver', 'bigint', (c) => c.notNull())
      .addColumn('team', text, (c) => c.notNull())
      .addColumn('client', text)
      .addColumn('reported_by', text, (c) => c.notNull())
      .addColumn('reported_at', 'bigint', (c) => c.notNull())
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('fold_version', 'integer', (c) => c.notNull())
      .execute();
    await schema.createIndex('ticket_by_team').on('ticket').columns(['team', 'ver']).execute();
    await schema.createIndex('ticket_by_client').on('ticket').columns(['client', 'id']).execute();
    await schema
      .createIndex('ticket_by_reporter')
      .on('ticket')
      .columns(['reported_by', 'id'])
      .execute();

    await schema
      .createTable('event')
      .addColumn('ticket', text, (c) => c.notNull().references('ticket.id'))
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('name', text, (c) => c.notNull())
      .addColumn('args', 'text', (c) => c.notNull())
      .addColumn('by', text, (c) => c.notNull())
      .addColumn('recorded_at', 'bigint', (c) => c.notNull())
      .addColumn('claimed_at', 'bigint')
      .addColumn('cause', text, (c) => c.notNull().unique())
      .addPrimaryKeyConstraint('event_key', ['ticket', 'seq'])
      .execute();

    await schema
      .createTable('settled')
      .addColumn('uid', text, (c) => c.primaryKey())
      .addColumn('outcome', text, (c) => c.notNull())
      .addColumn('code', text)
      .addColumn('ticket', text)
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('settled_at', 'bigint', (c) => c.notNull())
      .execute();

    await schema
      .createTable('directory_item')
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('key', text, (c) => c.notNull())
      .addColumn('body', 'text')
      .addColumn('ver', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('directory_item_key', ['kind', 'key'])
      .execute();
    await schema.createIndex('directory_item_by_ver').on('directory_item').column('ver').execute();

    await schema
      .createTable('directory_event')
      .addColumn('ver', 'bigint', (c) => c.notNull())
      .addColumn('n', 'integer', (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('key', text, (c) => c.notNull())
      .addColumn('before', 'text')
      .addColumn('after', 'text')
      .addColumn('by', text, (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('directory_event_key', ['ver', 'n'])
      .execute();

    await schema
      .createTable('alive')
      .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();

    await authTables(db);
  }

  /** As better-auth 1.7 wants them with auth/auth.ts's options; a test asks it whether anything is missing. */
  async function authTables({ schema }: Kysely<never>): Promise<void> {
    await schema
      .createTable('auth_user')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('email', text, (c) => c.notNull().unique())
      .addColumn('emailVerified', flag, (c) => c.notNull())
      .addColumn('image', 'text')
      .addColumn('createdAt', date, (c) => c.notNull())
      .addColumn('updatedAt', date, (c) => c.notNull())
      .addColumn('person', text, (c) => c.notNull().unique())
      .execute();

    await schema
      .createTable('auth_session')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('expiresAt', date, (c) => c.notNull())
      .addColumn('token', text, (c) => c.notNull().unique())
      .addColumn('createdAt', date, (c) => c.notNull())
      .addColumn('updatedAt', date, (c) => c.notNull())
      .addColumn('ipAddress', 'text')
      .addColumn('userAgent', 'text')
      .addColumn('userId', text, (c) => c.notNull().references('auth_user.id').onDelete('cascade'))
      .execute();
    await schema
      .createIndex('auth_session_userId_idx')
      .on('auth_session')
      .column('userId')
      .execute();

    await schema
      .createTable('auth_account')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('accountId', 'text', (c) => c.notNull())
      .addColumn('providerId', 'text', (c) => c.notNull())
      .addColumn('userId', text, (c) => c.notNull().references('auth_user.id').onDelete('cascade'))
      .addColumn('accessToken', 'text')
      .addColumn('refreshToken', 'text')
      .addColumn('idToken', 'text')
      .addColumn('accessTokenExpiresAt', date)
      .addColumn('refreshTokenExpiresAt', date)
      .addColumn('scope', 'text')
      .addColumn('password', 'text')
      .addColumn('createdAt', date, (c) => c.notNull())
      .addColumn('updatedAt', date, (c) => c.notNull())
      .execute();
    await schema
      .createIndex('auth_account_userId_idx')
      .on('auth_account')
      .column('userId')
      .execute();

    await schema
      .createTable('auth_verification')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('identifier', text, (c) => c.notNull())
      .addColumn('value', 'text', (c) => c.notNull())
      .addColumn('expiresAt', date, (c) => c.notNull())
      .addColumn('createdAt', date, (c) => c.notNull())
      .addColumn('updatedAt', date, (c) => c.notNull())
      .execute();
    await schema
      .createIndex('auth_verification_identifier_idx')
      .on('auth_verification')
      .column('identifier')
      .execute();

    await schema
      .createTable('one_time_link')
      .addColumn('hash', text, (c) => c.primaryKey())
      .addColumn('purpose', text, (c) => c.notNull())
      .addColumn('person', text)
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('used_at', 'bigint')
      .execute();
  }

  return { up };
}
