import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export type FreshDatabase = {
  readonly url: string;
  /** Ends every connection to it. */
  drop(): Promise<void>;
};

async function administrate(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A new empty database in the run's Postgres. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `rung_${randomBytes(8).toString('hex')}`;
  await administrate(`create database ${name}`);
  const url = new URL(inject('postgres'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administrate(`drop database ${name} with (force)`) };
}
