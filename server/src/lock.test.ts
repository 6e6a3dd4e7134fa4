import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { readServerNote, takeLock, writeServerNote } from './lock.ts';
import { secretIn } from './secret.ts';

const folder = mkdtempSync(join(tmpdir(), 'rung-lock-'));
const data = join(folder, 'data');
const place = { data, databaseUrl: pathToFileURL(join(data, 'rung.db')) };
afterEach(() => rmSync(data, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test('one at a time; the next may when the first lets go', () => {
  const first = takeLock(place);
  expect(first).not.toBeNull();
  expect(takeLock(place)).toBeNull();
  first?.release();
  const second = takeLock(place);
  expect(second).not.toBeNull();
  second?.release();
});

test('a process that was killed leaves no lock behind', () => {
  const script = `
    const { takeLock } = await import(${JSON.stringify(new URL('lock.ts', import.meta.url).href)});
    process.stdout.write(String(takeLock({ data: ${JSON.stringify(data)}, databaseUrl: new URL(${JSON.stringify(place.databaseUrl.href)}) }) !== null));
    process.kill(process.pid, 'SIGKILL');`;
  const killed = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(killed.signal).toBe('SIGKILL');
  expect(killed.stdout.toString()).toBe('true');
  const next = takeLock(place);
  expect(next).not.toBeNull();
  next?.release();
});

test('one SQLite file is one server’s, whatever data folders they name', () => {
  const databaseUrl = pathToFileURL(join(folder, 'elsewhere', 'rung.db'));
  const first = takeLock({ data, databaseUrl });
  expect(takeLock({ data: join(folder, 'other'), databaseUrl })).toBeNull();
  first?.release();
  const second = takeLock({ data: join(folder, 'other'), databaseUrl });
  expect(second).not.toBeNull();
  second?.release();
});

test('on Postgres, which keeps several apart itself, nothing is taken', () => {
  const postgres = { data, databaseUrl: new URL('postgres://db/rung') };
  expect(takeLock(postgres)).not.toBeNull();
  expect(takeLock(postgres)).not.toBeNull();
});

test('the note that lets the command line in is readable by its user alone', () => {
  takeLock(place)?.release();
  const note = { pid: 1, url: 'http://localhost:3000', token: 't' };
  writeServerNote(data, note);
  expect(readServerNote(data)).toEqual(note);
  expect(statSync(join(data, 'server.json')).mode & 0o077).toBe(0);
});

test('the secret is made once, and is its user’s alone', () => {
  const secret = secretIn(data);
  expect(secret.length).toBeGreaterThanOrEqual(43);
  expect(secretIn(data)).toBe(secret);
  expect(statSync(join(data, 'secret')).mode & 0o077).toBe(0);
});

test('a secret that lost its words is not taken for one', () => {
  takeLock(place)?.release();
  writeFileSync(join(data, 'secret'), '');
  expect(() => secretIn(data)).toThrow(/remove it/);
});
