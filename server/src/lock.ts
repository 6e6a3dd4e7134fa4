/**
 * One server on one data folder. The lock is SQLite's own on `rung.lock`, held by the operating system for as long as
 * the process lives: it cannot be left behind by a crash (docs/decisions/0001). `server.json` beside it says who holds it.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { Config } from './config.ts';

/** Who serves a data folder. Whoever may read the file holds the machine: `token` lets the command line in. */
export type ServerNote = { readonly pid: number; readonly url: string; readonly token: string };

export type Lock = { release(): void };

/**
 * Takes the lock of the data folder and that of the SQLite file, wherever it stands; null = another process holds one. On Postgres nothing is taken: it keeps several processes apart itself.
 */
export function takeLock({ data, databaseUrl }: Pick<Config, 'data' | 'databaseUrl'>): Lock | null {
  if (databaseUrl.protocol !== 'file:') return { release: () => undefined };
  const database = fileURLToPath(databaseUrl);
  const files = [join(data, 'rung.lock'), `${database}.lock`];
  const held: Lock[] = [];
  const release = (): void => {
    for (const lock of held) lock.release();
  };
  for (const file of files) {
    const lock = takeFile(file);
    if (lock === null) {
      release();
      return null;
    }
    held.push(lock);
  }
  return { release };
}

function takeFile(path: string): Lock | null {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = new Sqlite(path, { timeout: 0 });
  try {
    file.pragma('journal_mode = memory');
    file.exec('begin exclusive');
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

/** A token for `server.json`. */
export function newServerToken(): string {
  return randomBytes(32).toString('base64url');
}

export function writeServerNote(dataFolder: string, note: ServerNote): void {
  const file = join(dataFolder, 'server.json');
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** null = no server has written one. It may be of a server that is gone: only the lock says whether one lives. */
export function readServerNote(dataFolder: string): ServerNote | null {
  try {
    return JSON.parse(readFileSync(join(dataFolder, 'server.json'), 'utf8')) as ServerNote;
  } catch {
    return null;
  }
}

export function removeServerNote(dataFolder: string): void {
  rmSync(join(dataFolder, 'server.json'), { force: true });
}
