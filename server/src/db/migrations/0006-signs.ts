import type { Kysely } from 'kysely';

/** When a page was first shown on a device of its person, and first opened. */
export const signs = {
  async up({ schema }: Kysely<never>): Promise<void> {
    for (const column of ['received_at', 'seen_at']) {
      await schema.alterTable('page').addColumn(column, 'bigint').execute();
    }
  },
};
