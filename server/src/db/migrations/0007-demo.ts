import type { Kysely } from 'kysely';

/** The mark of a database in which made-up people live. */
export const demo = {
  async up({ schema }: Kysely<never>): Promise<void> {
    await schema
      .createTable('demo')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('seed', 'bigint', (c) => c.notNull())
      .addColumn('made_at', 'bigint', (c) => c.notNull())
      .execute();
  },
};
