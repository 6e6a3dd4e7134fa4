import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { readServerNote, takeLock, writeServerNote } from './lock.ts';
import { secretIn } from './secret.ts';

const folder = mkdtempSync(join(tmpdir(), 'rung-lock-'));
const data = join(folder, 'data');
afterEach(() => rmSync(data, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test('one at a time; the next may when the first lets go', () => {
  const first = takeLock(data);
  expect(first).not.toBeNull();
  expect(takeLock(data)).toBeNull();
  first?.release();
  const second = takeLock(data);
  expect(second).not.toBeNull();
  second?.release();
});

test('a process that was killed leaves no lock behind', () => {
  const script = `
    const { takeLock } = await import(${JSON.stringify(new URL('lock.ts', import.meta.url).href)});
    process.stdout.write(String(takeLock(${JSON.stringify(data)}) !== null));
    process.kill(process.pid, 'SIGKILL');`;
  const killed = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(killed.signal).toBe('SIGKILL');
  expect(killed.stdout.toString()).toBe('true');
  const next = takeLock(data);
  expect(next).not.toBeNull();
  next?.release();
});

test('the note that lets the command line in is readable by its user alone', () => {
  takeLock(data)?.release();
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
