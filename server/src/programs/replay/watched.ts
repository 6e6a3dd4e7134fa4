import type { CompiledQuery, Database } from '../../db/open.ts';

/** The database, telling of each commit with what it wrote. One that changed nothing is none. */
export function watched(
  db: Database,
  told: (statements: readonly CompiledQuery[]) => void,
): Database {
  const { writer } = db;
  return {
    ...db,
    writer: {
      transact: (work) =>
        writer.transact((tx) =>
          work({
            ...tx,
            async commit(first, rest) {
              const isCommitted = await tx.commit(first, rest);
              if (isCommitted) told([first, ...rest]);
              return isCommitted;
            },
          }),
        ),
      async run(statement) {
        const rows = await writer.run(statement);
        if (rows.length > 0) told([statement]);
        return rows;
      },
    },
  };
}
