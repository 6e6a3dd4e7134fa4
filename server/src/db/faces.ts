import { type Dialect, type Driver, Kysely, type KyselyConfig } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { Schema } from './schema.ts';
import type { AuthSchema } from './schema-auth.ts';

/** Kysely's face for readers; that nothing can be written is up to the connection. */
export function readOnly(config: KyselyConfig): ReadonlyKysely<Schema & AuthSchema> {
  // Kysely's two types disagree under exactOptionalPropertyTypes; the object is the same.
  return new Kysely<Schema & AuthSchema>(config) as unknown as ReadonlyKysely<Schema & AuthSchema>;
}

/** A dialect that compiles and never executes: a statement that does not go through the writer is a defect, and says so. */
export function statementsOnly(dialect: Dialect): Dialect {
  const refuse = (): never => {
    throw new Error('defect: this statement must be compiled and go through the writer');
  };
  const driver: Driver = {
    init: async () => undefined,
    acquireConnection: async () => refuse(),
    beginTransaction: async () => refuse(),
    commitTransaction: async () => refuse(),
    rollbackTransaction: async () => refuse(),
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}
