import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../open.ts';

/** Pictures of tickets: what was said of each, whether its bytes are here, and by which mark their folder is known. */
export function files(dialect: Dialect) {
  const text = dialect === 'postgres' ? sql`text collate "C"` : sql`text`;

  async function up({ schema }: Kysely<never>): Promise<void> {
    await schema
      .createTable('file')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('ticket', text, (c) => c.notNull().references('ticket.id'))
      .addColumn('person', text, (c) => c.notNull())
      .addColumn('hash', text, (c) => c.notNull())
      .addColumn('size', 'integer', (c) => c.notNull())
      .addColumn('type', text, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('stored_at', 'bigint')
      .execute();

    await schema
      .createTable('file_folder')
      .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
      .addColumn('mark', text, (c) => c.notNull())
      .execute();
  }

  return { up };
}
